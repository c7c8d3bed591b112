mkdir -p src/lib src/private only/this other
touch src/main.c src/main.o src/lib/lib.o src/lib/important.o src/private/key only/this/one only/this/two other/f top
