//! `upsertd client`: clients that lie in the database, and the revocation of any client. Secrets are made here, printed
//! once and kept as hashes alone.

mod edit;

use std::{
    env,
    path::{Path, PathBuf},
};

use clap::Subcommand;

use self::edit::Editor;
use super::{Failure, block_on, print};
use crate::{
    access::{AppTokenHash, GrantSpec, StoredRights, new_secret},
    app,
    config::{Config, Database},
};

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The configuration file.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a client; print its secret, which is shown this once.
    Add {
        /// Its id.
        id: String,
        /// A role of the configuration. May be repeated.
        #[arg(long = "role", value_name = "NAME")]
        roles: Vec<String>,
        /// A grant as JSON, with the keys of a role's grant: `{"entities": ["*"], "allow": ["view"]}`. May be repeated.
        #[arg(long = "grant", value_name = "JSON")]
        grants: Vec<String>,
        /// Make an app token for it as well, and print it in a second line.
        #[arg(long)]
        app_token: bool,
    },
    /// Print every client, those of the configuration as well.
    List,
    /// Give a client of the database a new secret, and print it.
    Rotate {
        /// Its id.
        id: String,
        /// Seconds for which the old secret is taken too, up to 30 days. Without it the old secret and every token that
        /// was given for it are of no use any more.
        #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=2_592_000))]
        keep_old_for: Option<u32>,
    },
    /// Let a client in no more, and take none of its tokens.
    Revoke {
        /// Its id; that of a client of an issuer too, such as corp:ada.
        id: String,
    },
    /// Let a client in again that was revoked. Its tokens from before stay of no use.
    Restore {
        /// Its id.
        id: String,
    },
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let Some(file) = &options.config else {
        return Err(Failure::new(&"--config FILE is missing"));
    };
    let (config, database) = configuration(file)?;
    block_on(async {
        let engine = app::open_engine(&database).await?;
        let editor = Editor::new(&*engine, &config);
        let done = act(&editor, &config, &options.action).await;
        engine.close().await;
        done
    })
}

fn configuration(file: &Path) -> Result<(Config, Database), Failure> {
    let config = Config::draft(file, env::vars_os()).finish()?;
    let database = config.database.clone();
    Ok((config, database))
}

async fn act(editor: &Editor<'_>, config: &Config, action: &Action) -> Result<(), Failure> {
    editor.prepare().await?;
    match action {
        Action::Add {
            id,
            roles,
            grants,
            app_token,
        } => {
            let rights = rights(config, roles, grants)?;
            let secret = new_secret()?;
            let app_token = app_token.then(AppTokenHash::random).transpose()?;
            let hash = app_token.as_ref().map(|(_, hash)| *hash);
            editor.add(id, &secret, &rights, hash).await?;
            print(&secret)?;
            if let Some((text, _)) = app_token {
                print(&text)?;
            }
            Ok(())
        }
        Action::List => {
            for line in editor.list().await? {
                print(&line)?;
            }
            Ok(())
        }
        Action::Rotate { id, keep_old_for } => {
            let secret = new_secret()?;
            editor.rotate(id, &secret, *keep_old_for).await?;
            Ok(print(&secret)?)
        }
        Action::Revoke { id } => editor.set_revoked(id, true).await,
        Action::Restore { id } => editor.set_revoked(id, false).await,
    }
}

/// The rights that the arguments name, if they hold.
fn rights(config: &Config, roles: &[String], grants: &[String]) -> Result<StoredRights, Failure> {
    let read = |text: &String| {
        let grant: Result<GrantSpec, _> = serde_json::from_str(text);
        grant.map_err(|error| Failure::new(&format!("--grant is no grant: {error}")))
    };
    let rights = StoredRights {
        roles: roles.to_vec(),
        grants: grants.iter().map(read).collect::<Result<_, _>>()?,
    };
    match rights.rights(&config.auth.roles) {
        Ok(_) => Ok(rights),
        Err(problem) => Err(Failure::new(&problem)),
    }
}
