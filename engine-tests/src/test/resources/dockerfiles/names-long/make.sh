name=$(printf 'n%.0s' {1..255})
echo long > "$name"
wide=$(printf 'ä%.0s' {1..127})
mkdir "$wide"; echo wide > "$wide/$wide"
ln -s "$(printf 't/%.0s' {1..1500})" long-target
