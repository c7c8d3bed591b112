mkdir -p node_modules/m p/q/node_modules/n foo/bar foo/1/2/bar foo/baz deep/1/2 p/cache/d ab/c
touch node_modules/m/f p/q/node_modules/n/f foo/bar/f foo/1/2/bar/f foo/baz/f x.bak p/y.bak deep/f deep/1/keep deep/1/2/keep \
    p/cache/d/f p/cache.txt ab/x ab/c/y ab/c/z
