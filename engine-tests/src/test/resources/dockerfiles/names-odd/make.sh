mkdir odd 'odd/dir with space' odd/ünïcode
cd odd
for n in 'späce ü ☃' '+%41&[x]' $'new\nline' $'tab\there' 'back\slash' '*' '?' '[a-z]' '-leading' ' blank ' '"double"' "'single'" \
    '$HOME' '`run`' '~' '#hash' '!bang' '...' '.hidden' 'semi;colon' 'a:b' '{brace}' 'é' $'e\xcc\x81' $'\xef\xbd\x9e' \
    $'\xf0\x9f\x98\x80' $'\x01\x7f' 'trailing.' 'CON' $'\xe2\x80\xae' 'dir with space/f' 'ünïcode/ß'; do
    echo "$n" > "$n"
done
ln -s 'späce ü ☃' 'lïnk ☃'
find . -type l -exec touch -h -d '1999-01-01T00:00:00.123456Z' {} +
