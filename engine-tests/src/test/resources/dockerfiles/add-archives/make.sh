tar="tar --sort=name --owner=0 --group=0"
ln -s a.txt tree/link
ln tree/b.txt tree/hard
chmod 4711 tree/a.txt
$tar -cf tree.tar tree
gzip -nk tree.tar
xz -k tree.tar
bzip2 -k tree.tar
zstd -q tree.tar
cp tree.tar.gz misnamed.txt
echo plain > not-an-archive.tar.gz
