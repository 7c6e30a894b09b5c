//! The `upsertd` command.

fn main() {}
