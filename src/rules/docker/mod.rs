//! Rules about docker.

group!(docker:);
