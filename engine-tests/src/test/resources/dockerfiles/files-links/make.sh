mkdir one two; echo 1 > one/a; ln one/a one/b; ln one/a two/c; echo 2 > zz; ln zz aa
chmod 4755 zz
ln -s . self; ln -s loop-b loop-a; ln -s loop-a loop-b; ln -s nowhere dangling; ln -s /etc/passwd absolute; ln -s ../../.. above
ln -s one directory; ln one/a two/d; ln -s "x y ☃" odd
: > empty; ln empty empty-too
find . -type l -exec touch -h -d '1999-01-01T00:00:00.123456Z' {} +
