//! What the service logs in this process, for tests that wait for something that nothing else shows.

use std::{
    io::{self, Write},
    sync::OnceLock,
    time::Duration,
};

use tokio::{sync::watch, time::timeout};

/// Everything that was logged since somebody first asked.
static LOG: OnceLock<watch::Sender<String>> = OnceLock::new();

/// The longest a test waits for a line.
const PATIENCE: Duration = Duration::from_secs(30);

struct Tap;

impl Write for Tap {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = str::from_utf8(bytes).unwrap();
        LOG.get().unwrap().send_modify(|log| log.push_str(text));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub fn listen() -> watch::Receiver<String> {
    let log = LOG.get_or_init(|| {
        let lines = tracing_subscriber::fmt().with_ansi(false);
        lines
            .with_env_filter("upsertd=info")
            .with_writer(|| Tap)
            .init();
        watch::Sender::new(String::new())
    });
    log.subscribe()
}

/// Waits for a line with all of these words in it.
pub async fn line(log: &mut watch::Receiver<String>, words: &[&str]) {
    let has = |log: &str| {
        let mut lines = log.lines();
        lines.any(|line| words.iter().all(|word| line.contains(word)))
    };
    let seen = timeout(PATIENCE, log.wait_for(|log| has(log))).await;
    assert!(matches!(seen, Ok(Ok(_))), "no line has {words:?}");
}
