printf '\xef\xbb\xbf' | cat - Dockerfile > with && mv with Dockerfile
touch dropped kept
printf '\xef\xbb\xbfdropped\n' > .dockerignore
