mkdir 'dir with space' dïr
echo 1 > 'späce ü ☃'; echo 2 > 'dir with space/file'; echo 3 > 'lit[eral]'; echo 4 > 'star*ed'; echo 5 > starred
echo 6 > dïr/ä.txt; echo 7 > dïr/ünwanted; echo 8 > dïr/☃.txt; echo 9 > $'new\nline'
