for i in $(seq 1 300); do mkdir "level-$i"; cd "level-$i"; [ $((i % 50)) = 0 ] && echo "$i" > file; done; true
