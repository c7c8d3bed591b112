echo x > real/file
ln -s Dockerfile.real real/Dockerfile
ln -s real linked
ln -s . real/self
