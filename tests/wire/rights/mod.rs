//! What a client may do, as the client meets it.

mod asks;
mod everywhere;
mod keyless;
mod making;
mod random;
mod rows;
mod world;

use std::sync::Arc;

use upsertd::{
    access::{GrantSpec, hash_secret},
    config::Config,
    domain::Rights,
};

/// Gives the tests' one client these grants and no others.
fn only(config: &mut Config, grants: &[GrantSpec]) {
    let grants = grants.iter().map(|grant| grant.grant().unwrap());
    config.auth.clients[0].rights = Arc::new(Rights::new(grants.collect()));
}

/// Another client, who may do everything.
fn owner(config: &mut Config) {
    let mut client = config.auth.clients[0].clone();
    "owner".clone_into(&mut client.id);
    client.hash = hash_secret("owner").unwrap();
    client.rights = Arc::new(Rights::everything());
    config.auth.clients.push(client);
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}
