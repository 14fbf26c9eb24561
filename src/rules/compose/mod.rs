//! Rules about compose.

group!(compose:);
