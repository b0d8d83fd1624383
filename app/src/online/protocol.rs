//! How a server function travels: JSON in and out, through the same `fetch` as synchronisation.

use std::marker::PhantomData;

use http::Method;
use leptos::server_fn::{Bytes, Protocol, client::Client, request::Req, response::TryRes, server::Server};
use serde::{Serialize, de::DeserializeOwned};

use super::{Code, NoAnswer};

const JSON: &str = "application/json";

/// JSON over HTTP with one of the verbs.
pub struct Json<V>(PhantomData<V>);

/// An HTTP method.
pub trait Verb {
    const METHOD: Method;
}

/// A question. It has no arguments: one that has some is asked by [`Post`].
pub struct Get;
/// Anything with arguments.
pub struct Post;
/// An end. It has no arguments.
pub struct Delete;

impl Verb for Get {
    const METHOD: Method = Method::GET;
}

impl Verb for Post {
    const METHOD: Method = Method::POST;
}

impl Verb for Delete {
    const METHOD: Method = Method::DELETE;
}

impl<V, Input, Output, C, S> Protocol<Input, Output, C, S, NoAnswer> for Json<V>
where
    V: Verb,
    Input: Serialize + DeserializeOwned + Send,
    Output: Serialize + DeserializeOwned + Send,
    C: Client<NoAnswer>,
    S: Server<NoAnswer>,
{
    const METHOD: Method = V::METHOD;

    async fn run_server<F, Fut>(request: S::Request, function: F) -> Result<S::Response, NoAnswer>
    where
        F: Fn(Input) -> Fut + Send,
        Fut: Future<Output = Result<Output, NoAnswer>> + Send,
    {
        let answer = async move {
            let arguments = match V::METHOD {
                // Only a script of the same site can send this type without being asked first.
                Method::POST if !is_json(&request) => return Err(Code::BadRequest.into()),
                Method::POST => request.try_into_bytes().await?,
                _ => Bytes::from_static(b"{}"),
            };
            let input = serde_json::from_slice(&arguments).map_err(|_| Code::BadRequest)?;
            let output = function(input).await?;
            serde_json::to_string(&output).map_err(|_| Code::Incident.into())
        };
        let answer: Result<String, NoAnswer> = answer.await;
        #[cfg(feature = "ssr")]
        if let Err(NoAnswer::Refused(problem)) = &answer {
            super::desk::refuse(problem);
        }
        S::Response::try_from_string(JSON, answer?)
    }

    async fn run_client(path: &str, input: Input) -> Result<Output, NoAnswer> {
        #[cfg(feature = "csr")]
        {
            let arguments = (V::METHOD == Method::POST).then_some(&input);
            let path = path.trim_start_matches(crate::sync::http::API);
            send_wrapper::SendWrapper::new(crate::sync::http::json(V::METHOD.as_str(), path, arguments)).await
        }
        #[cfg(not(feature = "csr"))]
        {
            // The server asks nobody.
            let _ = (path, input);
            Err(NoAnswer::NoNetwork)
        }
    }
}

fn is_json(request: &impl Req<NoAnswer>) -> bool {
    let kind = request.to_content_type().unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim() == JSON)
}
