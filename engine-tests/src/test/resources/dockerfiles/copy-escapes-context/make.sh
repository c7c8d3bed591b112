ln -s ../.. link
