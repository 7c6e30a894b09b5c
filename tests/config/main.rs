//! Configuration files as people write them, and the example that shows them how.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod documentation;

use std::{ffi::OsString, fs, time::Duration};

use tempfile::TempDir;
use upsertd::{
    access::{SigningKey, hash_secret},
    config::{Config, DatabaseUrl, Limits, Log, LogFormat, Server},
};

/// Long enough.
const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A file's folder, and the file in it.
struct Given {
    folder: TempDir,
    variables: Vec<(OsString, OsString)>,
}

impl Given {
    fn file(text: &str) -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("upsertd.toml"), text).unwrap();
        Self {
            folder,
            variables: Vec::new(),
        }
    }

    /// A file that holds, with these lines put before the rest.
    fn whole(first: &str) -> Self {
        Self::file(&format!("{first}\n{}", rest()))
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    fn read(&self) -> Result<Config, Vec<String>> {
        let file = self.folder.path().join("upsertd.toml");
        let draft = Config::draft(&file, self.variables.clone());
        // The folder's name differs from run to run.
        let folder = format!("{}/", self.folder.path().display());
        draft.finish().map_err(|problems| {
            let problems = problems.all().iter();
            problems.map(|p| p.replace(&folder, "")).collect()
        })
    }

    fn config(&self) -> Config {
        self.read()
            .unwrap_or_else(|problems| panic!("{problems:#?}"))
    }

    fn problems(&self) -> Vec<String> {
        self.read().map(|config| panic!("{config:?}")).unwrap_err()
    }
}

fn rest() -> String {
    let hash = hash_secret("s3cret").unwrap();
    format!(
        r#"
        [database]
        url = "sqlite:data.db"
        [auth]
        signing_key = "{KEY}"
        [[auth.clients]]
        id = "erp"
        secret_hash = "{hash}"
        [[entity]]
        name = "tblCustomers"
        allow = ["add", "edit", "view"]
        "#
    )
}

#[test]
fn what_is_left_out_has_its_default() {
    let config = Given::whole("").config();
    assert_eq!(config.server, Server::default());
    assert_eq!(config.limits, Limits::default());
    assert_eq!(config.log, Log::default());
    assert_eq!(config.auth.token_lifetime, Duration::from_secs(3600));
    assert_eq!(config.serving.all_tables, None);
}

#[test]
fn every_unknown_setting_is_refused_at_once_with_the_nearest_known_one() {
    let given = Given::whole(
        r#"
        lisen = "a"
        [server]
        max_body_byte = 5
        max-body-bytes = 5
        [limit]
        max_row = 7
        [log]
        colour = true
        "#,
    );
    let mut problems = given.problems();
    problems.sort();
    assert_eq!(
        problems,
        [
            "limit.max_row (in upsertd.toml) is not a setting; did you mean 'limits.max_rows'?",
            "lisen (in upsertd.toml) is not a setting; did you mean 'server.listen'?",
            "log.colour (in upsertd.toml) is not a setting",
            "server.max-body-bytes (in upsertd.toml) is not a setting; did you mean 'server.max_body_bytes'?",
            "server.max_body_byte (in upsertd.toml) is not a setting; did you mean 'server.max_body_bytes'?",
        ]
    );
}

#[test]
fn a_setting_in_the_wrong_section_is_shown_its_place() {
    let problems = Given::whole("max_rows = 3").problems();
    assert_eq!(
        problems,
        ["max_rows (in upsertd.toml) is not a setting; did you mean 'limits.max_rows'?"]
    );
}

#[test]
fn unknown_keys_in_lists_and_misspelt_lists_are_refused_too() {
    let given = Given::file(&format!(
        "{}\ntabel = \"x\"\n[[auth.client]]\nid = \"x\"\n[[entities]]\nname = \"y\"",
        rest()
    ));
    let mut problems = given.problems();
    problems.sort();
    assert_eq!(
        problems,
        [
            "auth.client (in upsertd.toml) is not a setting; did you mean 'auth.clients'?",
            "entities (in upsertd.toml) is not a setting; did you mean 'entity'?",
            "entity 'tblCustomers': tabel (in upsertd.toml) is not a setting; did you mean 'entity.table'?",
        ]
    );
}

#[test]
fn wrong_types_and_ranges_are_all_named_with_their_source() {
    let given = Given::whole(
        r#"
        serve = { all_tables = "view" }
        [server]
        listen = 8080
        base_path = "API2/"
        public_url = "erp.example.com"
        max_body_bytes = "big"
        shutdown_seconds = -1
        [limits]
        max_rows = 501
        clause_depth = 1.5
        [log]
        level = "inof"
        format = "xml"
        "#,
    )
    .with("UPSERTD__LIMITS__CLAUSE_RULES", "many");
    assert_eq!(
        given.problems(),
        [
            "server.listen (in upsertd.toml) must be text in quotes",
            "server.base_path (in upsertd.toml) must be empty or a path like \"/API2\": no slash at its end, plain letters and digits",
            "server.public_url (in upsertd.toml) must begin with http:// or https://",
            "server.max_body_bytes (in upsertd.toml) must be a whole number from 1024 to 1073741824",
            "server.shutdown_seconds (in upsertd.toml) must be a whole number from 0 to 3600",
            "limits.max_rows (in upsertd.toml) must be a whole number from 1 to 500",
            "limits.clause_depth (in upsertd.toml) must be a whole number from 1 to 60",
            "limits.clause_rules (in UPSERTD__LIMITS__CLAUSE_RULES) must be a whole number from 1 to 800",
            "serve.all_tables (in upsertd.toml) must be a list of texts, like [\"a\", \"b\"]",
            "log.level (in upsertd.toml) must be one of off, error, warn, info, debug, trace or a filter like \"warn,upsertd=debug\"",
            "log.format (in upsertd.toml) must be \"text\" or \"json\"",
        ]
    );
}

#[test]
fn what_is_required_and_missing_is_all_named() {
    assert_eq!(
        Given::file("").problems(),
        [
            "database.url is missing; write url = \"sqlite:\" and a file's path, or \
             \"mssql://user:password@host:port/database\"",
            "auth.signing_key is missing, and signing_key_file too; `upsertd new-key` makes a key",
            "auth.clients is empty, so nobody could call; add one under [[auth.clients]], or write clients = [] where all are in the database (`upsertd client add`)",
            "entity is empty, so nothing would be served; declare one under [[entity]] or set serve.all_tables",
        ]
    );
    let given =
        Given::file("[[auth.clients]]\n[[entity]]\n[[entity]]\nname = \"x\"\nallow = [\"wiev\"]");
    assert_eq!(
        given.problems()[2..],
        [
            "auth.clients #1: id is missing",
            "auth.clients #1: secret_hash is missing; make one with `upsertd hash-secret`",
            "entity #1: name is missing; it is what stands in the URL",
            "entity #1: allow is missing; write the actions, like allow = [\"add\", \"edit\", \"view\"]",
            "entity 'x': allow holds 'wiev'; the actions are \"add\", \"edit\", \"view\", \"delete\", \"alter\", \"drop\"",
        ]
    );
}

#[test]
fn names_that_are_taken_are_refused() {
    let hash = hash_secret("s3cret").unwrap();
    let given = Given::file(&format!(
        "{}\n[[entity]]\nname = \"TBLcustomers\"\nallow = [\"view\"]\n\
         [[auth.clients]]\nid = \"erp\"\nsecret_hash = \"{hash}\"",
        rest()
    ));
    assert_eq!(
        given.problems(),
        [
            "auth.clients 'erp': id is taken by a client above",
            "entity 'TBLcustomers': name is taken by an entity above (case does not count)",
        ]
    );
}

#[test]
fn variables_override_the_file_each_by_the_type_of_its_setting() {
    let config = Given::whole("[server]\nlisten = \"127.0.0.1:1\"\nshutdown_seconds = 1")
        .with("UPSERTD__SERVER__LISTEN", "0.0.0.0:9")
        .with("UPSERTD__SERVER__MAX_BODY_BYTES", "2048")
        .with("UPSERTD__SERVER__BASE_PATH", "/2024")
        .with("UPSERTD__SERVE__ALL_TABLES", "[\"view\", \"add\"]")
        .with(
            "UPSERTD__AUTH__SIGNING_KEY",
            "[1, 2], true = a key, as bare text",
        )
        .with("UPSERTD__LOG__FORMAT", "json")
        .config();
    assert_eq!(config.server.listen, "0.0.0.0:9");
    assert_eq!(config.server.shutdown, Duration::from_secs(1));
    assert_eq!(config.server.max_body_bytes, 2048);
    assert_eq!(config.server.base_path, "/2024");
    assert_eq!(config.log.format, LogFormat::Json);
    let all = config.serving.all_tables.unwrap().actions;
    assert!(all.view && all.add && !all.edit);
    let key = SigningKey::from_text("[1, 2], true = a key, as bare text").unwrap();
    assert_eq!(config.auth.signing_key, key);
}

#[test]
fn a_variable_can_hold_a_whole_list() {
    let config = Given::whole("")
        .with(
            "UPSERTD__ENTITY",
            "[{ name = \"A\", allow = [\"view\"] }, { name = \"B\", allow = [\"add\"] }]",
        )
        .config();
    let names: Vec<&str> = config
        .serving
        .declared
        .iter()
        .map(|d| d.name.as_str())
        .collect();
    assert_eq!(names, ["A", "B"]);
    let problems = Given::whole("")
        .with(
            "UPSERTD__ENTITY",
            "[{ name = \"A\", alow = [\"view\"] }, 3]",
        )
        .problems();
    assert_eq!(
        problems,
        [
            "entity 'A': alow (in UPSERTD__ENTITY) is not a setting; did you mean 'entity.allow'?",
            "entity 'A': allow is missing; write the actions, like allow = [\"add\", \"edit\", \"view\"]",
            "entity (in UPSERTD__ENTITY) must be a list of tables, each under [[entity]]",
        ]
    );
}

#[test]
fn a_variable_that_names_no_setting_is_refused_and_other_variables_are_left_alone() {
    let given = Given::whole("")
        .with("UPSERTD__SERVR__LISTEN", "x")
        .with("UPSERTD_HOME", "/opt")
        .with("UPSERTDX__SERVER__LISTEN", "x")
        .with("UPSERTD_SERVER__LISTEN", "x");
    assert_eq!(
        given.problems(),
        [
            "servr.listen (in UPSERTD__SERVR__LISTEN) is not a setting; did you mean UPSERTD__SERVER__LISTEN?"
        ]
    );
}

#[test]
fn relative_paths_are_meant_from_the_files_folder() {
    let given = Given::file(&rest().replace(
        &format!("signing_key = \"{KEY}\""),
        "signing_key_file = \"keys/k\"",
    ));
    let folder = given.folder.path();
    assert_eq!(
        given.problems(),
        [
            "auth.signing_key_file (in upsertd.toml) names 'keys/k': No such file or directory (os error 2)"
        ]
    );
    fs::create_dir(folder.join("keys")).unwrap();
    fs::write(folder.join("keys/k"), format!("{KEY}\n")).unwrap();
    let config = given.config();
    assert_eq!(config.auth.signing_key, SigningKey::from_text(KEY).unwrap());
    assert_eq!(
        config.database.url,
        DatabaseUrl::Sqlite(folder.join("data.db"))
    );
}

#[test]
fn databases_that_cannot_be_served_are_refused_without_repeating_their_address() {
    for (url, says) in [
        ("mssql://sa:hunter2@db/erp?tls=1", "the parameter 'tls'"),
        ("mssql://:hunter2@db/erp", "lacks a user"),
        ("sa:hunter2@db/erp", "looks like a login"),
        ("mssql//sa:hunter2@db/erp", "looks like a login"),
        ("sqlite:mssql://sa:hunter2@db/erp", "looks like a login"),
        ("Server=db;Password=hunter2;Encrypt=maybe", "'encrypt'"),
        ("Server=db;User Id=sa;Password='hunter2", "is no ADO.NET"),
        (
            "postgres://me:hunter2@db/erp",
            "begins with 'postgres://', which is not supported",
        ),
        ("sqlite:", "is empty"),
    ] {
        let problems = Given::file(&rest().replace("sqlite:data.db", url)).problems();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains(says), "{problems:?}");
        assert!(!problems[0].contains("hunter2"), "{problems:?}");
    }
    for url in ["sqlite:/var/x.db", "sqlite:///var/x.db", "/var/x.db"] {
        let config = Given::file(&rest().replace("sqlite:data.db", url)).config();
        assert_eq!(config.database.url, DatabaseUrl::Sqlite("/var/x.db".into()));
    }
    for url in [
        "mssql://sa:hunter2@db:1433/erp",
        "Server=tcp:db,1433;Database=erp;User Id=sa;Password=hunter2",
    ] {
        let config = Given::file(&rest().replace("sqlite:data.db", url)).config();
        let shown = format!("{:?}", config.database);
        assert!(shown.contains("mssql://db:1433/erp"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn secrets_that_cannot_be_used_are_not_repeated() {
    let short = Given::file(&rest().replace(KEY, "hunter2")).problems();
    assert_eq!(
        short,
        [
            "auth.signing_key (in upsertd.toml) needs at least 32 bytes, not 7; make one with `upsertd new-key`"
        ]
    );
    let hash = hash_secret("s3cret").unwrap().to_string();
    let plain = Given::file(&format!(
        "{}\n[[auth.clients]]\nid = \"crm\"\nsecret_hash = \"hunter2\"",
        rest()
    ));
    assert_eq!(
        plain.problems(),
        [
            "auth.clients 'crm': secret_hash (in upsertd.toml) is not an argon2id hash; make one with `upsertd hash-secret`"
        ]
    );
    let broken = Given::file("[auth]\nsigning_key = \"hunter2").problems();
    assert_eq!(broken.len(), 1);
    assert!(
        broken[0].starts_with("upsertd.toml: TOML parse error at line 2"),
        "{broken:?}"
    );
    assert!(!broken[0].contains("hunter2"), "{broken:?}");
    let shown = format!("{:?}", Given::whole("").config());
    assert!(
        !shown.contains(KEY) && !shown.contains(&hash) && !shown.contains("$argon2"),
        "{shown}"
    );
}

#[test]
fn a_key_given_twice_is_refused() {
    let given = Given::whole("").with("UPSERTD__AUTH__SIGNING_KEY_FILE", "upsertd.toml");
    assert_eq!(
        given.problems(),
        ["auth.signing_key and signing_key_file are both given; leave one out"]
    );
}

#[test]
fn a_time_zone_has_its_iana_name() {
    let set = |zone: &str| {
        Given::file(&rest().replace("[database]", &format!("[database]\ntime_zone = \"{zone}\"")))
    };
    let config = set("Europe/Vienna").config();
    assert_eq!(config.database.time_zone.iana_name(), Some("Europe/Vienna"));
    assert_eq!(
        set("Mars/Olympus").problems(),
        [
            "database.time_zone (in upsertd.toml) 'Mars/Olympus' is no time zone; write one like \"UTC\" or \"Europe/Vienna\""
        ]
    );
}

#[test]
fn the_database_can_be_checked_while_other_sections_are_wrong() {
    let given = Given::whole("[log]\nlevel = 3");
    let draft = Config::draft(&given.folder.path().join("upsertd.toml"), Vec::new());
    assert_eq!(draft.problems().len(), 1);
    assert!(draft.database.is_some());
    assert_eq!(draft.serving.declared.len(), 1);
}

#[test]
fn tables_are_made_only_where_they_would_be_served() {
    let served = Given::file(&format!(
        "{}\n[serve]\nall_tables = [\"view\"]\ncreate = true\ncaller_keys = true\n",
        rest()
    ));
    let all = served.config().serving.all_tables.unwrap();
    assert!(all.create && all.caller_keys);
    let alone = Given::file(&format!(
        "{}\n[serve]\ncreate = true\ncaller_keys = true\n",
        rest()
    ));
    assert_eq!(
        alone.problems(),
        [
            "serve.create is for serve.all_tables, which is off, so that the tables made would not be served",
            "serve.caller_keys is for serve.all_tables, which is off, and a declared entity has a setting of its own",
        ]
    );
}
