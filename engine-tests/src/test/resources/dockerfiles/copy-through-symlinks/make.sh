mkdir links
ln -s ../tree links/dir
ln -s second links/chain
ln -s /tree/a.txt links/second
ln -s .. links/up
ln -s ../tree/b.txt links/b.lnk
ln -s no/where links/dangling
