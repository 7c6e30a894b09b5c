//! Turns a panic of a handler into an error that can be answered and logged, so that one request's
//! defect does not take its connection down.

use std::{
    any::Any,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
};

use crate::error::Error;

/// Runs a handler to its end.
///
/// # Errors
/// The handler's own, or [`Error::Internal`] with the panic's message when it panicked. What the
/// handler borrowed may then be half done: look at nothing in it but what the log needs.
pub async fn catch<T>(handling: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let mut handling = pin!(handling);
    poll_fn(|context| {
        catch_unwind(AssertUnwindSafe(|| handling.as_mut().poll(context)))
            .unwrap_or_else(|payload| Poll::Ready(Err(defect(payload.as_ref()))))
    })
    .await
}

fn defect(payload: &(dyn Any + Send)) -> Error {
    let message = payload
        .downcast_ref::<&'static str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned());
    Error::Internal {
        detail: format!("panic: {message}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_an_internal_error_whose_text_is_for_the_log_alone() {
        let error = catch(async { panic!("row {}", 7) as Result<(), Error> }).await;
        let error = error.err();
        assert_eq!(
            error,
            Some(Error::Internal {
                detail: "panic: row 7".to_owned()
            })
        );
        assert!(
            !error
                .map(|e| e.to_string())
                .unwrap_or_default()
                .contains("row 7")
        );
    }

    #[tokio::test]
    async fn an_answer_passes_through() {
        assert_eq!(catch(async { Ok(5) }).await, Ok(5));
    }
}
