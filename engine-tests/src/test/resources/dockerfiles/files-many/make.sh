for d in $(seq 1 100); do
    mkdir "d$d"; cd "d$d"
    for f in $(seq 1 500); do echo "$d $f" > "f$f"; done
    cd ..
done
