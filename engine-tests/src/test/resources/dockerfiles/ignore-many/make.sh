# Far more than the 8 KiB that headers may have by default; and beyond ASCII, which changes how they travel.
for i in $(seq 1 3000); do echo "generated/directory/number-$i/**/*.täst"; done > .dockerignore
echo '!generated/directory/number-7/kept.täst' >> .dockerignore
mkdir -p generated/directory/number-{7,8,3001}
for d in generated/directory/*; do touch $d/{gone,kept}.täst $d/plain; done
