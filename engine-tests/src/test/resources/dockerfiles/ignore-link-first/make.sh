echo content > a-first
ln a-first b-second
ln a-first c-third
