mkdir -p ignored/drop ignored/keep ignored/deep/1/2 logs/x anchored sub/anchored trailing sub/temporary a
for f in ignored/drop/x ignored/keep/y ignored/deep/1/kept ignored/deep/1/2/gone logs/a.log logs/keep.log logs/x/keep.log \
    spaced.txt sub/temporary/f sub/temp.txt temp.txt s.single ss.single anchored/f sub/anchored/f trailing/f dotted climbed \
    a/b a/c range1 rangex 'escaped*' escapedx; do
    echo "$f" > "$f"
done
