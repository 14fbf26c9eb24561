//! Rules about the repository as a whole. They ask [`crate::repo`]; what is missing is reported only
//! where all of the repository is in scope.

group!(repo: );
