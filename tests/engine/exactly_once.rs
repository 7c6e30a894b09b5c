//! Whoever makes a request goes away around its commit, and another makes it again: it acts once. Each round has an engine
//! of its own in a runtime of its own, which is torn down at some moment of the write, as a killed process is: its
//! connections close, and nothing of it runs any more. Needs a server.

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use tokio::runtime::Builder;
use upsertd::engine::{Engine, EngineError, mssql::MssqlEngine};

use crate::{
    driver::{Driver, deadline, text},
    mssql_server::{OwnDatabase, print_skipped},
    suite::repeats::once,
};

const ROUNDS: u8 = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_request_acts_once_whenever_its_process_is_killed() {
    let Some(database) = OwnDatabase::create().await else {
        print_skipped();
        return;
    };
    let engine = MssqlEngine::new(database.options());
    Box::pin(engine.create_demo()).await.unwrap();
    engine.store().migrate(deadline()).await.unwrap();
    let tables = engine.load_tables(deadline()).await.unwrap();
    let (mut before_commit, mut after_commit, mut overtaken) = (0, 0, 0);
    // The killing falls within twice the time that a write takes here.
    let driver = Driver::on(&engine, &tables).once(1, once(ROUNDS));
    let mut longest = Duration::ZERO;
    for name in ["first", "second"] {
        let begun = Instant::now();
        let row = [("FullName", text("Round")), ("UserName", text(name))];
        driver.add("tblEmployees", &row).await.unwrap();
        longest = 2 * begun.elapsed();
    }
    for round in 0..ROUNDS {
        let options = database.options();
        let same = tables.clone();
        let (begun, begins) = mpsc::channel();
        let killed = std::thread::spawn(move || {
            let runtime = Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .unwrap();
            let engine = runtime.block_on(async { MssqlEngine::new(options) });
            runtime.block_on(engine.ping(deadline())).unwrap();
            runtime.spawn(async move {
                let claim = engine
                    .repeats()
                    .unwrap()
                    .claim(&once(round), deadline())
                    .await;
                let driver = Driver::on(&engine, &same).once(1000 + u128::from(round), once(round));
                // A session's first write takes long; what is killed is the next one.
                let mut warming = once(round);
                warming.key[0] = !round;
                let code = format!("W-{round}");
                let row = [("FullName", text("Warm")), ("UserName", text(&code))];
                let warm = Driver::on(&engine, &same).once(3000 + u128::from(round), warming);
                warm.add("tblEmployees", &row).await.unwrap();
                begun.send(()).unwrap();
                let code = format!("R-{round}");
                let row = [("FullName", text("Round")), ("UserName", text(&code))];
                // Whoever is killed tells nobody.
                drop(driver.add("tblEmployees", &row).await);
                drop(claim);
            });
            begins.recv().unwrap();
            let mut random = [0; 2];
            getrandom::fill(&mut random).unwrap();
            let part = u32::from(u16::from_le_bytes(random));
            let until = Instant::now() + longest * part / u32::from(u16::MAX);
            while Instant::now() < until {
                std::hint::spin_loop();
            }
            runtime.shutdown_background();
        });
        tokio::task::spawn_blocking(|| killed.join().unwrap())
            .await
            .unwrap();
        let repeats = engine.repeats().unwrap();
        let claim = loop {
            // Until the server has noticed.
            match repeats.claim(&once(round), deadline()).await.unwrap() {
                Some(claim) => break claim,
                None => tokio::task::yield_now().await,
            }
        };
        let condition = format!("UserName = 'R-{round}'");
        let driver = Driver::on(&engine, &tables).once(2000 + u128::from(round), once(round));
        if repeats
            .recall(&once(round), deadline())
            .await
            .unwrap()
            .is_some()
        {
            after_commit += 1;
        } else {
            before_commit += 1;
            let code = format!("R-{round}");
            let row = [("FullName", text("Round")), ("UserName", text(&code))];
            // What was killed may still be under way on the server: it is waited for, and tells that it was.
            match driver.add("tblEmployees", &row).await {
                Ok(_) => {}
                Err(EngineError::Underway) => overtaken += 1,
                Err(error) => panic!("{round}: {error}"),
            }
        }
        assert_eq!(driver.count("tblEmployees", &condition).await, 1, "{round}");
        drop(claim);
    }
    println!(
        "{before_commit} killed before the commit ({overtaken} under way), {after_commit} after it"
    );
    assert!(before_commit > 0 && after_commit > 0);
    engine.close().await;
}
