//! Rules about agent.

group!(agent:);
