//! A database of a test's own on the SQL Server that `UPSERTD_TEST_MSSQL` names: an address as
//! `database.url` takes it, of a login that may create databases. It is dropped when the test ends, also by
//! a panic; one that a killed process leaves behind has a name that no other test will take.

// Each test binary uses a part of it.
#![allow(dead_code)]

use std::{
    env,
    io::{self, Write as _},
    thread,
    time::Duration,
};

use tiberius::{Client, Row, SqlBrowser as _, error::Error};
use tokio::{net::TcpStream, runtime::Builder, time::sleep};
use tokio_util::compat::{Compat, TokioAsyncWriteCompatExt as _};
use upsertd::{
    engine::mssql::{MssqlAddress, MssqlOptions},
    render::mssql::Isolation,
};

const VARIABLE: &str = "UPSERTD_TEST_MSSQL";

/// What a service or an engine of a test has of connections: enough to be in each other's way, and few
/// enough that many tests may run at once.
pub const CONNECTIONS: u32 = 4;

/// How often a database is tried to be made or dropped, and how long after one another.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(200);

/// Between two batches.
const SEPARATOR: &str = "\nGO\n";

/// One at a time, whatever process asks: each is made from the same model, which takes no two users.
const TURN: &str = "EXEC sp_getapplock @Resource = N'upsertd tests', @LockMode = 'Exclusive', \
                    @LockOwner = 'Session', @LockTimeout = 60000";

/// Ends the sessions of a database that the service has not closed yet.
const FREE: &str = "
    IF DB_ID(N'%') IS NOT NULL ALTER DATABASE [%] SET SINGLE_USER WITH ROLLBACK IMMEDIATE";

/// The same on Babelfish, which has no such option.
const FREE_BABELFISH: &str = "
    DECLARE @all nvarchar(max) = N'', @spid int;
    DECLARE others CURSOR LOCAL FOR SELECT DISTINCT spid FROM sys.sysprocesses WHERE DB_NAME(dbid) = N'%';
    OPEN others;
    FETCH NEXT FROM others INTO @spid;
    WHILE @@FETCH_STATUS = 0
    BEGIN
        SET @all = @all + N'KILL ' + CAST(@spid AS nvarchar(10)) + N';';
        FETCH NEXT FROM others INTO @spid;
    END;
    EXEC (@all)";

const DROP: &str = "IF DB_ID(N'%') IS NOT NULL DROP DATABASE [%]";

/// A login that a test made has the database's name.
const DROP_LOGIN: &str = "IF SUSER_ID(N'%') IS NOT NULL DROP LOGIN [%]";

/// The address in the variable, where there is one.
pub fn server() -> Option<String> {
    env::var(VARIABLE).ok().filter(|text| !text.is_empty())
}

/// Says that a test does not run.
pub fn print_skipped() {
    print_left_out(&format!("{VARIABLE} names no server"));
}

/// Says that a test, or a part of it, does not run, and why; with its name, which its thread has. Past the
/// harness, which keeps to itself what a test that passes prints.
pub fn print_left_out(why: &str) {
    let current = thread::current();
    let test = current.name().unwrap_or("a test");
    // Err: nobody reads it.
    drop(writeln!(io::stderr(), "skipped: {test}: {why}"));
}

/// A database that goes with this value.
#[derive(Debug)]
pub struct OwnDatabase {
    name: String,
    /// Where it is, as `database.url` takes it.
    pub url: String,
    master: MssqlAddress,
    babelfish: bool,
}

impl OwnDatabase {
    /// An empty database; `None` where no server is named.
    pub async fn create() -> Option<Self> {
        let server = server()?;
        let master = parse(&server).with_database("master");
        let name = format!("upsertd_test_{}", uuid::Uuid::new_v4().simple());
        let mut session = Session::open(&master).await;
        let babelfish = "SELECT CASE WHEN @@VERSION LIKE '%Babelfish%' THEN 1 ELSE 0 END";
        let babelfish = session.numbers(babelfish).await == [1];
        let this = Self {
            url: url(&server, &name),
            name,
            master,
            babelfish,
        };
        this.put_back().await;
        Some(this)
    }

    /// Creates the database, which is not there.
    pub async fn put_back(&self) {
        let create = [format!("CREATE DATABASE [{}]", self.name)];
        Session::open(&self.master).await.insist(&create).await;
    }

    /// Drops the database, whoever uses it.
    pub async fn take_away(&self) {
        let batches = self.dropping();
        Session::open(&self.master).await.insist(&batches).await;
    }

    fn dropping(&self) -> [String; 3] {
        let free = if self.babelfish { FREE_BABELFISH } else { FREE };
        [free, DROP, DROP_LOGIN].map(|batch| batch.replace('%', &self.name))
    }

    pub fn address(&self) -> MssqlAddress {
        parse(&self.url)
    }

    /// How a test's engine uses it.
    pub fn options(&self) -> MssqlOptions {
        MssqlOptions {
            connections: CONNECTIONS,
            isolation: self.isolation(),
            ..MssqlOptions::new(self.address())
        }
    }

    /// The isolation that keeps two writers of one missing key apart.
    pub fn isolation(&self) -> Isolation {
        if self.babelfish {
            eprintln!("Babelfish ignores lock hints: database.isolation is \"serializable\"");
            Isolation::Serializable
        } else {
            Isolation::default()
        }
    }

    /// Whether the server only speaks the protocol and has words of its own.
    pub fn is_babelfish(&self) -> bool {
        self.babelfish
    }

    /// The address for a login that may do no more here than these privileges on these tables.
    pub async fn limited(&self, privileges: &[(&str, &str)]) -> MssqlAddress {
        let name = &self.name;
        // Of every kind of character that a server may ask for.
        let password = format!("Aa1-{}", uuid::Uuid::new_v4().simple());
        let mut session = self.session().await;
        let create = format!(
            "CREATE LOGIN [{name}] WITH PASSWORD = N'{password}'{SEPARATOR}\
             CREATE USER [{name}] FOR LOGIN [{name}]"
        );
        session.execute(&create).await;
        for (privilege, table) in privileges {
            let grant = format!("GRANT {privilege} ON {table} TO [{name}]");
            session.execute(&grant).await;
        }
        parse(&match url::Url::parse(&self.url) {
            Ok(mut url) => {
                url.set_username(name).unwrap();
                url.set_password(Some(&password)).unwrap();
                url.into()
            }
            Err(_) => format!("{};User Id={name};Password={password}", self.url),
        })
    }

    /// A session of somebody else's.
    pub async fn session(&self) -> Session {
        Session::open(&self.address()).await
    }

    /// Runs SQL behind the service's back, batch by batch.
    pub async fn execute(&self, sql: &str) {
        self.session().await.execute(sql).await;
    }
}

/// The same server and login with another database, as text: processes take nothing else.
fn url(server: &str, name: &str) -> String {
    match url::Url::parse(server) {
        Ok(mut url) => {
            url.set_path(name);
            url.into()
        }
        // An ADO.NET string, in which the last of two counts.
        Err(_) => format!("{server};Database={name}"),
    }
}

fn parse(text: &str) -> MssqlAddress {
    let parsed = text.parse();
    parsed.unwrap_or_else(|error| panic!("{VARIABLE} {error}"))
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        let (master, batches) = (self.master.clone(), self.dropping());
        // On a thread of its own: nothing can be awaited here.
        let dropping = thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                Session::open(&master).await.insist(&batches).await;
            });
        });
        if dropping.join().is_err() {
            eprintln!("the database {} is left behind", self.name);
        }
    }
}

/// A connection beside the service's. Dropping it rolls back what it has not committed.
#[derive(Debug)]
pub struct Session(Client<Compat<TcpStream>>);

impl Session {
    async fn open(address: &MssqlAddress) -> Self {
        let config = address.config();
        let connecting = async {
            let stream = TcpStream::connect_named(&config).await?;
            let client = Box::pin(Client::connect(config, stream.compat_write())).await?;
            let mut session = Self(client);
            // What tables with filtered indexes and stored computed columns are made and changed with.
            session
                .run("SET QUOTED_IDENTIFIER, ARITHABORT, NOCOUNT ON")
                .await?;
            Ok::<_, Error>(session)
        };
        let connected = connecting.await;
        connected.unwrap_or_else(|error| panic!("{VARIABLE}: {address} cannot be used: {error}"))
    }

    async fn run(&mut self, batch: &str) -> Result<Vec<Vec<Row>>, Error> {
        self.0.simple_query(batch).await?.into_results().await
    }

    /// Runs batches until all of them succeed, as often as is sensible: a pool may connect once more, and
    /// somebody else's tests may make a database too.
    async fn insist(&mut self, batches: &[String]) {
        self.execute(TURN).await;
        let mut failed = None;
        for _ in 0..ATTEMPTS {
            failed = None;
            for batch in batches {
                failed = self.run(batch).await.err().or(failed);
            }
            if failed.is_none() {
                break;
            }
            sleep(PAUSE).await;
        }
        if let Some(error) = failed {
            panic!("{error}\n{batches:?}");
        }
    }

    /// Runs SQL, batch by batch.
    pub async fn execute(&mut self, sql: &str) {
        for batch in sql.split(SEPARATOR) {
            let ran = self.run(batch).await;
            ran.unwrap_or_else(|error| panic!("{error}\n{batch}"));
        }
    }

    /// The whole numbers that a query gives in its first column.
    pub async fn numbers(&mut self, sql: &str) -> Vec<i64> {
        let ran = self.run(sql).await;
        let results = ran.unwrap_or_else(|error| panic!("{error}\n{sql}"));
        let first = results.into_iter().next().unwrap_or_default();
        let number = |row: &Row| match row.try_get::<i32, _>(0) {
            Ok(number) => i64::from(number.unwrap()),
            Err(_) => row.get::<i64, _>(0).unwrap(),
        };
        first.iter().map(number).collect()
    }
}
