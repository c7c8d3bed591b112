# By bytes, and a slash before all others: neither as UTF-16 nor as whole paths.
mkdir a a.b a-b 'a b' A ab; for d in a a.b a-b 'a b' A ab; do echo "$d" > "$d/f"; done
echo 1 > a.c; echo 2 > $'\xef\xbf\xbd'; echo 3 > $'\xf0\x90\x80\x80'; echo 4 > z; echo 5 > $'\xc2\x80'
mkdir $'\xef\xbc\x81' $'\xf0\x9f\x98\x80'; touch $'\xef\xbc\x81/x' $'\xf0\x9f\x98\x80/x'
