//! Every endpoint, asked by whoever lacks a right: nothing is written, and nothing disclosed. An operation that is not in the
//! table fails the first test.

use super::{
    asks::{ASKS, Ask, Does, Use},
    world::{Caller, Credential, Names, World, alike, tells, token, wrong_basic},
};
use crate::support::Answer;

fn asks() -> impl Iterator<Item = &'static Ask> {
    ASKS.iter().copied().flatten()
}

fn of(caller: Caller) -> Credential {
    Credential::Bearer(token(caller, 600))
}

/// What is said of an answer that is not as it should be.
fn about(ask: &Ask, answer: &Answer) -> String {
    format!("{} {}: {answer:?}", ask.of.0, ask.of.1)
}

#[test]
fn every_operation_is_in_the_table() {
    let known: Vec<_> = asks().map(|ask| ask.of).collect();
    for operation in upsertd::wire::operations() {
        let of = (operation.verb.allow(), operation.path);
        assert!(known.contains(&of), "say in asks.rs how {of:?} is asked");
    }
    assert_eq!(known.len(), upsertd::wire::operations().count());
}

/// The same requests do something for whoever may: else it would prove nothing that they are refused.
#[tokio::test]
async fn whoever_may_is_answered() {
    for ask in asks().filter(|ask| matches!(ask.does, Does::Writes | Does::Reads)) {
        let world = World::new().await;
        let before = world.everything().await;
        let answer = world.ask(ask, Names::USUAL, &of(Caller::Owner)).await;
        assert!(answer.status < 300, "{}", about(ask, &answer));
        // A dropped table is no entity any more, so that there is nothing to compare with.
        let written = ask.of.1.ends_with("/drop") || world.everything().await != before;
        assert_eq!(written, ask.does == Does::Writes, "{}", about(ask, &answer));
    }
}

#[tokio::test]
async fn whoever_may_use_a_column_is_answered() {
    let mut refused = Vec::new();
    for ask in asks() {
        for (usage, at, body) in ask.columns {
            let world = World::new().await;
            let before = world.everything().await;
            let names = Names {
                column: "waqes",
                ..Names::USUAL
            };
            let who = of(Caller::Owner);
            let answer = world.ask_at(ask, at, body, names, &who).await;
            // That no row has the value, or that the column must stay, is an answer as well.
            let told = ["NOT_FOUND", "named by the configuration"];
            let told = told.iter().any(|text| answer.text.contains(text));
            let done = answer.status < 300 || (told && *usage == Use::Reads);
            let written = world.everything().await != before;
            if !done || (!written && *usage == Use::Sets) {
                refused.push(format!("{at} {body} {}", about(ask, &answer)));
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[tokio::test]
async fn without_a_credential_that_holds_nothing_is_done_or_told() {
    let world = World::new().await;
    let before = world.everything().await;
    let expired = Credential::Bearer(token(Caller::Owner, -600));
    let foreign = Credential::Bearer(token(Caller::Owner, 600).replace(['a', 'b'], "c"));
    let garbage = Credential::Bearer("garbage".to_owned());
    let secrets = [
        "payrolq", "noticq", "waqes", "remarq", "ratinq", "alphq", "outname", "w4711x", "wienq",
    ];
    for credential in [Credential::None, expired, foreign, garbage, wrong_basic()] {
        for ask in asks().filter(|ask| ask.does != Does::Public) {
            let answer = world.ask(ask, Names::USUAL, &credential).await;
            let open = ["/-/actor.json", "/.json"].contains(&ask.of.1);
            let refused = (400..500).contains(&answer.status);
            assert!(refused || open, "{credential:?} {}", about(ask, &answer));
            assert_eq!(tells(&answer, &secrets), None, "{}", about(ask, &answer));
        }
        for ask in asks().filter(|ask| ask.does == Does::Public) {
            let answer = world.ask(ask, Names::USUAL, &credential).await;
            let words = [&secrets[..], &["depoq"]].concat();
            assert_eq!(tells(&answer, &words), None, "{}", about(ask, &answer));
        }
    }
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn an_action_that_was_not_granted_is_refused() {
    let world = World::new().await;
    let before = world.everything().await;
    for ask in asks() {
        let describes = [
            "/Schema",
            "/describe",
            "/sobjects/{entity}",
            "/api/views/{entity}",
        ];
        let describes = describes.iter().any(|end| {
            ask.of.0.starts_with("GET") && ask.of.1.trim_end_matches(".json").ends_with(end)
        }) || ask.of.1.ends_with("/Schema");
        let who = match ask.does {
            Does::Writes => Caller::Reader,
            // Whoever may do anything with an entity may know its columns.
            Does::Reads if !describes => Caller::Adder,
            _ => continue,
        };
        let answer = world.ask(ask, Names::USUAL, &of(who)).await;
        assert_eq!(answer.status, 403, "{}", about(ask, &answer));
        let values = ["alphq", "outname", "w4711x", "r4711x", "payrolq"];
        assert_eq!(tells(&answer, &values), None, "{}", about(ask, &answer));
    }
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn an_entity_without_a_right_is_one_that_is_not_there() {
    let world = World::new().await;
    let before = world.everything().await;
    let there = Names::USUAL;
    let not_there = Names {
        entity: "depoy",
        ..there
    };
    for who in [Caller::Stranger, Caller::Nobody] {
        for ask in asks() {
            let answer = world.ask(ask, there, &of(who)).await;
            let inner = [
                "waqes", "remarq", "ratinq", "alphq", "outname", "wienq", "payrolq",
            ];
            assert_eq!(tells(&answer, &inner), None, "{}", about(ask, &answer));
            // That a table is there, Datasette tells before it asks who wants to know.
            if ask.of.1.starts_with("/{database}") {
                continue;
            }
            let other = world.ask(ask, not_there, &of(who)).await;
            assert_eq!(
                alike(&answer, &[("depoq", "depoy")]),
                alike(&other, &[]),
                "{}",
                about(ask, &answer)
            );
            if !ask.at.contains("{E}") {
                assert_eq!(tells(&answer, &["depoq"]), None, "{}", about(ask, &answer));
            }
        }
    }
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn lists_and_documents_show_what_the_client_has_a_right_to() {
    let world = World::new().await;
    let hidden = ["waqes", "w4711x", "r4711x", "payrolq", "p4711x"];
    let lists = [
        "/CSSAPI/V2/EntityList",
        "/api/views",
        "/services/data/v59.0/sobjects",
        "/data.json",
        "/openapi.json",
    ];
    for ask in asks().filter(|ask| ask.does != Does::Writes) {
        for who in [Caller::Keeper, Caller::Clerk, Caller::Viewer] {
            let answer = world.ask(ask, Names::USUAL, &of(who)).await;
            assert_eq!(tells(&answer, &hidden), None, "{}", about(ask, &answer));
            if lists.contains(&ask.at) {
                assert!(
                    tells(&answer, &["depoq"]).is_some(),
                    "{}",
                    about(ask, &answer)
                );
                assert!(
                    tells(&answer, &["noticq\""]).is_none(),
                    "{}",
                    about(ask, &answer)
                );
            }
        }
    }
    let list = world
        .get(Caller::Reader, "/CSSAPI/V2/EntityList")
        .await
        .json();
    let item = &list[0];
    assert_eq!(
        (
            &item["EntityNameForAPI"],
            &item["AllowView"],
            &item["AllowEdit"]
        ),
        (&"depoq".into(), &true.into(), &false.into()),
        "{list}"
    );
    assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
}

#[tokio::test]
async fn a_hidden_column_is_one_that_is_not_there() {
    let world = World::new().await;
    let before = world.everything().await;
    let name = |column| Names {
        column,
        ..Names::USUAL
    };
    for ask in asks() {
        let columns = ask.columns.iter();
        let everyone = [Caller::Keeper, Caller::Viewer];
        for ((_, at, body), who) in columns.flat_map(|column| everyone.map(|who| (column, who))) {
            let who = of(who);
            let hidden = world.ask_at(ask, at, body, name("waqes"), &who).await;
            let missing = world.ask_at(ask, at, body, name("waqez"), &who).await;
            assert_eq!(
                alike(&hidden, &[("waqes", "waqez")]),
                alike(&missing, &[]),
                "{at} {body}"
            );
            assert_eq!(tells(&hidden, &["w4711x"]), None, "{}", about(ask, &hidden));
            assert_eq!(world.everything().await, before, "{at} {body}");
        }
    }
}

#[tokio::test]
async fn a_column_that_is_only_read_is_not_written_and_one_only_written_not_read() {
    let world = World::new().await;
    let before = world.everything().await;
    for ask in asks() {
        for (usage, at, body) in ask.columns {
            let column = match usage {
                Use::Sets => "ratinq",
                Use::Reads => "remarq",
            };
            let names = Names {
                column,
                ..Names::USUAL
            };
            let answer = world
                .ask_at(ask, at, body, names, &of(Caller::Keeper))
                .await;
            let values = ["w4711x", "r4711x"];
            assert_eq!(tells(&answer, &values), None, "{}", about(ask, &answer));
            assert_eq!(world.everything().await, before, "{at} {body} {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_row_without_a_right_is_one_that_is_not_there() {
    for ask in asks().filter(|ask| ask.does != Does::Public) {
        let world = World::new().await;
        let name = |code| Names {
            code,
            ..Names::USUAL
        };
        let who = of(Caller::Clerk);
        let outside = |everything: &[serde_json::Value]| {
            let rows = everything[2].as_array().unwrap().iter();
            let rows = rows.filter(|row| row["city"] != "Wienq");
            (everything[0].clone(), rows.cloned().collect::<Vec<_>>())
        };
        let before = outside(&world.everything().await);
        let there = world.ask(ask, name("xout"), &who).await;
        assert_eq!(
            tells(&there, &["outname", "graz"]),
            None,
            "{}",
            about(ask, &there)
        );
        assert_eq!(
            outside(&world.everything().await),
            before,
            "{}",
            about(ask, &there)
        );
        if ask.does == Does::Reads {
            let missing = world.ask(ask, name("xnil"), &who).await;
            let words = [
                ("xout", "xnil"),
                (world.id("xout"), world.id("xnil")),
                ("'2'", "'99'"),
            ];
            assert_eq!(
                alike(&there, &words),
                alike(&missing, &[]),
                "{}",
                about(ask, &there)
            );
        }
    }
}
