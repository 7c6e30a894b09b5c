//! Conversations: logins, requests, answers, and connections that misbehave.

use serde_json::json;
use tiberius::error::Error;

use super::tds::{self, Column, Gate, Kind, LoginReply, Reply, ResultSet, Script, TdsPeer, errors};
use super::{client_of, config, connect, number, one, run};

#[tokio::test]
async fn a_login_is_let_in_and_noted() {
    let peer = TdsPeer::start(Script::new()).await;
    let mut config = config(peer.port());
    config.readonly(true);
    let client = connect(config).await.unwrap();
    let [login] = &peer.logins()[..] else {
        panic!("one login: {:?}", peer.logins());
    };
    assert_eq!(
        (login.user.as_str(), login.password.as_str()),
        ("tester", "pä$$w0rd")
    );
    assert_eq!(
        (login.database.as_str(), login.app_name.as_str()),
        ("stock", "peer test")
    );
    assert!(login.read_only && !login.encrypted);
    assert_eq!((peer.counts().accepted, peer.counts().open), (1, 1));
    client.close().await.unwrap();
    peer.until(|counts| counts.open == 0).await;
}

#[tokio::test]
async fn a_login_is_refused_with_the_vendors_errors() {
    let script = Script::new()
        .with_login(LoginReply::Refuse(errors::login_failed("tester")))
        .with_login(LoginReply::Refuse(errors::no_database("stock")))
        .with_login(LoginReply::Cut)
        .with_login(LoginReply::accept());
    let peer = TdsPeer::start(script).await;
    for wanted in [Some(18456), Some(4060), None] {
        let error = connect(config(peer.port())).await.unwrap_err();
        assert_eq!(number(&error), wanted, "{error}");
    }
    client_of(&peer).await;
    client_of(&peer).await;
}

#[tokio::test]
async fn a_login_is_sent_elsewhere() {
    let peer = TdsPeer::start(Script::new().with_login(LoginReply::route("elsewhere", 1444))).await;
    let error = connect(config(peer.port())).await.unwrap_err();
    assert!(
        matches!(&error, Error::Routing { host, port: 1444 } if host == "elsewhere"),
        "{error}"
    );
}

#[tokio::test]
async fn parameters_are_rendered_with_their_declared_types() {
    let peer = TdsPeer::start(Script::new().on_sql("UPDATE t").always(Reply::changed(2))).await;
    let mut client = client_of(&peer).await;
    let guid = "6F9619FF-8B86-D011-B42D-00C04FC964FF"
        .parse::<uuid::Uuid>()
        .unwrap();
    let changed = client
        .execute(
            "UPDATE t",
            &[
                &"O'Brien",
                &"x".repeat(5000),
                &7_u8,
                &-8_i16,
                &9_i32,
                &i64::MIN,
                &true,
                &1.5_f32,
                &-0.1_f64,
                &guid,
                &&b"\x00\xff"[..],
                &None::<String>,
                &None::<i32>,
                &tiberius::numeric::Numeric::new_with_scale(-1250, 2),
            ],
        )
        .await
        .unwrap();
    assert_eq!(changed.rows_affected(), [2]);
    let [request] = &peer.requests()[..] else {
        panic!("one request");
    };
    assert_eq!(request.kind, Kind::Rpc);
    let long = format!("@P2 nvarchar(max) = '{}'", "x".repeat(5000));
    let wanted = [
        "@P1 nvarchar(4000) = 'O''Brien'",
        long.as_str(),
        "@P3 tinyint = 7",
        "@P4 smallint = -8",
        "@P5 int = 9",
        "@P6 bigint = -9223372036854775808",
        "@P7 bit = 1",
        "@P8 float(24) = 1.5",
        "@P9 float(53) = -0.1",
        "@P10 uniqueidentifier = '6F9619FF-8B86-D011-B42D-00C04FC964FF'",
        "@P11 varbinary(8000) = 0x00ff",
        "@P12 nvarchar(4000) = NULL",
        "@P13 int = NULL",
        "@P14 numeric(4,2) = -12.50",
    ];
    assert_eq!(request.params, wanted);
}

#[tokio::test]
async fn an_exact_request_is_told_from_another() {
    let script = Script::new()
        .on_rpc("SELECT @P1", &["@P1 int = 1"])
        .reply(one())
        .on_rpc("SELECT @P1", &["@P1 int = 2"])
        .reply(Reply::rows([Column::new("n", "int")], json!([[2]])))
        .on_rpc("SELECT @P1", &["@P1 int = *"])
        .reply(Reply::rows([Column::new("n", "int")], json!([[3]])));
    let peer = TdsPeer::start(script).await;
    let mut client = client_of(&peer).await;
    for wanted in [2, 1, 3] {
        let stream = client.query("SELECT @P1", &[&wanted]).await.unwrap();
        let row = stream.into_row().await.unwrap().unwrap();
        assert_eq!(row.get::<i32, _>(0), Some(wanted));
    }
    assert_eq!(peer.messages(), 3);
}

#[tokio::test]
async fn several_results_and_long_ones_arrive_whole() {
    let long = "ž".repeat(40_000);
    let script = Script::new()
        .with_login(LoginReply::Accept { packet_size: 512 })
        .on_sql_containing("/*")
        .always(Reply::results([
            ResultSet::new([Column::new("n", "int")], json!([[1], [2]])),
            ResultSet::changed(3),
            ResultSet::new(
                [Column::nullable("s", "nvarchar(max)")],
                json!([[long], [null]]),
            ),
        ]));
    let peer = TdsPeer::start(script).await;
    let mut client = client_of(&peer).await;
    let sql = format!("SELECT 1 /* {} */", "y".repeat(30_000));
    let sets = run(&mut client, &sql).await.unwrap();
    assert_eq!(sets.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
    assert_eq!(sets[1][0].get::<&str, _>(0), Some(long.as_str()));
    assert_eq!(sets[1][1].get::<&str, _>(0), None);
    let rows = client.query(sql.as_str(), &[]).await.unwrap();
    assert_eq!(rows.into_results().await.unwrap().len(), 2);
    assert_eq!(
        peer.requests().iter().map(|r| r.sql.len()).max(),
        Some(sql.len())
    );
}

#[tokio::test]
async fn the_vendors_errors_arrive_with_their_numbers() {
    let listed = [
        (errors::deadlock(), 1205),
        (errors::lock_timeout(), 1222),
        (errors::duplicate_in_index("dbo.T", "IX_T", "1"), 2601),
        (
            errors::duplicate_key("PRIMARY KEY", "PK_T", "dbo.T", "1"),
            2627,
        ),
        (
            errors::constraint("INSERT", "FOREIGN KEY", "FK_T", ("d", "dbo.T", "c")),
            547,
        ),
        (errors::null_refused("c", "d.dbo.T", "INSERT"), 515),
        (errors::truncation("d.dbo.T", "c", "abc"), 2628),
        (errors::permission_denied("INSERT", "T", "d", "dbo"), 229),
        (errors::busy(), 40501),
    ];
    for (message, wanted) in listed {
        let text = message.text.clone();
        assert!(!text.contains("{}"), "{text}");
        let peer = TdsPeer::start(Script::new().on_sql("X").always(message)).await;
        let error = run(&mut client_of(&peer).await, "X").await.unwrap_err();
        assert_eq!(number(&error), Some(wanted));
        assert!(error.to_string().contains(&text), "{error}");
        let mut client = client_of(&peer).await;
        let error = client.execute("X", &[&1]).await.unwrap_err();
        assert_eq!(number(&error), Some(wanted));
        // A connection outlives every error but a fatal one.
        let open = client
            .execute("X", &[])
            .await
            .is_err_and(|e| number(&e).is_some());
        assert_eq!(open, wanted != 40501);
    }
}

#[tokio::test]
async fn faults_come_in_order_and_give_way() {
    let recorded = tds::recording::parse(
        r#"[{"source": "written after the vendor's documentation: DONE", "repeat": true,
             "request": {"kind": "batch", "sql": ["BEGIN TRAN", "COMMIT"]},
             "reply": [{"done": {"rows": 0}}]}]"#,
    );
    let script = Script::new()
        .with_exchanges(recorded.unwrap())
        .on_sql_containing("BEGIN TRAN")
        .reply(errors::deadlock())
        .then(errors::lock_timeout());
    let peer = TdsPeer::start(script).await;
    let mut client = client_of(&peer).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        let done = run(&mut client, "BEGIN TRAN\nCOMMIT").await;
        seen.push(done.err().as_ref().and_then(number));
    }
    assert_eq!(seen, [Some(1205), Some(1222), None, None]);
}

#[tokio::test]
async fn a_stall_lasts_until_the_client_cancels() {
    let peer = TdsPeer::start(Script::new().on_sql("X").reply(Reply::stall()).then(one())).await;
    let mut client = client_of(&peer).await;
    tokio::select! {
        answer = client.simple_query("X") => panic!("{:?}", answer.err()),
        _ = peer.until(|counts| counts.messages == 1) => {}
    }
    client.cancel_query().await.unwrap();
    assert_eq!(peer.counts().attentions, 1);
    assert_eq!(run(&mut client, "X").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_held_reply_comes_when_the_gate_opens() {
    let gate = Gate::new();
    let peer = TdsPeer::start(Script::new().on_sql("X").reply(Reply::held(one(), &gate))).await;
    let mut client = client_of(&peer).await;
    let asking = tokio::spawn(async move { run(&mut client, "X").await.map(|sets| sets.len()) });
    peer.until(|counts| counts.messages == 1).await;
    assert!(!asking.is_finished());
    gate.open();
    assert_eq!(asking.await.unwrap().unwrap(), 1);
}

#[tokio::test]
async fn cuts_end_the_connection() {
    let many = Reply::rows(
        [Column::new("s", "nvarchar(100)")],
        json!(vec![["x".repeat(90)]; 200]),
    );
    for cut in [Reply::cut_after_commit(), Reply::cut_mid(many)] {
        let peer = TdsPeer::start(Script::new().on_sql("X").reply(cut)).await;
        let mut client = client_of(&peer).await;
        let error = run(&mut client, "X").await.unwrap_err();
        assert_eq!(number(&error), None, "{error}");
        peer.until(|counts| counts.open == 0).await;
    }
}

#[tokio::test]
async fn a_server_that_is_gone_comes_back() {
    let peer = TdsPeer::start(Script::new().on_sql("X").always(one())).await;
    let mut client = client_of(&peer).await;
    peer.go_down();
    peer.until(|counts| counts.open == 0).await;
    assert!(run(&mut client, "X").await.is_err());
    assert!(connect(config(peer.port())).await.is_err());
    peer.come_back();
    assert!(run(&mut client_of(&peer).await, "X").await.is_ok());
}

#[tokio::test]
async fn a_request_without_an_answer_is_noticed() {
    let peer = TdsPeer::start(Script::new()).await;
    let mut client = client_of(&peer).await;
    let error = client.query("SELECT @P1", &[&"x"]).await.err();
    let error = error.unwrap();
    assert_eq!(number(&error), Some(50_000));
    let text = "Rpc: SELECT @P1\n  @P1 nvarchar(4000) = 'x'";
    assert!(error.to_string().contains(text), "{error}");
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || drop(peer)));
    let message = panicked.unwrap_err();
    let message = message.downcast_ref::<String>().unwrap();
    assert!(message.contains(text), "{message}");
}

#[tokio::test]
async fn a_reply_that_cannot_be_said_is_noticed() {
    let wrong = Reply::rows([Column::new("n", "tinyint")], json!([[256]]));
    let peer = TdsPeer::start(Script::new().on_sql("X").reply(wrong)).await;
    let mut client = client_of(&peer).await;
    let error = run(&mut client, "X").await.unwrap_err();
    assert_eq!(number(&error), Some(50_000));
    let unanswered = peer.take_unanswered();
    assert!(unanswered[0].contains("no tinyint: 256"), "{unanswered:?}");
}
