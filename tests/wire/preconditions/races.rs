//! Many callers with the same precondition: one of them is let through.

use futures_util::future::join_all;

use super::{number, reset, serve, tag, updates};
use crate::support::Answer;

/// Callers at once.
const CALLERS: usize = 24;

/// A server that gives up a transaction, or has no connection free, has decided nothing: the caller asks again.
fn undecided(answer: &Answer) -> bool {
    ["database_busy", "overloaded"].contains(&answer.header("x-error-code"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_writers_with_the_same_tag_one_wins() {
    let server = serve().await;
    for (write, _) in updates() {
        reset(&server).await;
        let read = tag(&server).await;
        let (server, write, read) = (&server, &write, &*read);
        let callers = (0..CALLERS).map(|_| async move {
            loop {
                let answer = write.send(server, &[("if-match", read)]).await;
                if !undecided(&answer) {
                    return answer.status;
                }
            }
        });
        let answers = join_all(callers).await;
        let won = answers.iter().filter(|status| **status < 300).count();
        let lost = answers.iter().filter(|status| **status == 412).count();
        assert_eq!((won, lost), (1, CALLERS - 1), "{}: {answers:?}", write.path);
        assert_eq!(number(server).await, Some(7));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_ask_for_no_row_one_inserts() {
    let server = serve().await;
    for (write, _) in updates().into_iter().filter(|(_, inserts)| *inserts) {
        server.execute("DELETE FROM t WHERE k = 'a'").await;
        let (server, write) = (&server, &write);
        let callers = (0..CALLERS).map(|_| async move {
            loop {
                let answer = write.send(server, &[("if-none-match", "*")]).await;
                if !undecided(&answer) {
                    return answer.status;
                }
            }
        });
        let answers = join_all(callers).await;
        let won = answers.iter().filter(|status| **status < 300).count();
        let lost = answers.iter().filter(|status| **status == 412).count();
        assert_eq!((won, lost), (1, CALLERS - 1), "{}: {answers:?}", write.path);
        assert_eq!(server.count("t", "k = 'a'").await, 1);
    }
}
