//! Backups, and what there is to back up.
