//! A module worker: asked in text with bytes beside it, it answers the same way as often as it has something to say.

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::{StreamExt as _, lock::Mutex};
use js_sys::{Array, Function, Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};

use super::js;

/// What a worker said: text, and bytes beside it.
pub type Said = (String, Option<Vec<u8>>);

/// A running worker; it ends when it is dropped, at whatever it is.
pub struct Worker {
    handle: JsValue,
    end: UnboundedSender<Option<Said>>,
    said: Mutex<UnboundedReceiver<Option<Said>>>,
    _heard: [Closure<dyn Fn(JsValue)>; 2],
}

impl Worker {
    /// Starts a worker; `None` where the browser has none.
    pub fn start(script: &str) -> Option<Worker> {
        let class: Function = js::get(&js_sys::global(), "Worker").dyn_into().ok()?;
        let module = js::object(&[("type", "module".into())]);
        let handle = Reflect::construct(&class, &Array::of2(&script.into(), &module)).ok()?;
        let (end, said) = unbounded();
        let (answered, failed) = (end.clone(), end.clone());
        let answered = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            let data = js::get(&event, "data");
            let bytes = js::get(&data, "bytes").dyn_into::<Uint8Array>().ok().map(|bytes| bytes.to_vec());
            // Without words it has failed. Nobody listens any more where it cannot be handed on.
            drop(answered.unbounded_send(js::get(&data, "said").as_string().map(|said| (said, bytes))));
        });
        let failed = Closure::<dyn Fn(JsValue)>::new(move |_| drop(failed.unbounded_send(None)));
        for (name, heard) in [("onmessage", &answered), ("onerror", &failed)] {
            // Setting a handler does not fail.
            drop(Reflect::set(&handle, &name.into(), heard.as_ref()));
        }
        Some(Worker { handle, end, said: Mutex::new(said), _heard: [answered, failed] })
    }

    /// Asks, and hears what is said until `is_last` takes something for the last of it; `None` where the worker ended.
    pub async fn ask(&self, ask: &str, bytes: Option<Vec<u8>>, mut is_last: impl FnMut(&str) -> bool) -> Option<Said> {
        let mut said = self.said.lock().await;
        let (bytes, moved) = match bytes {
            Some(bytes) => {
                let bytes = Uint8Array::from(bytes.as_slice());
                (bytes.clone().into(), Array::of1(&bytes.buffer()))
            }
            None => (JsValue::UNDEFINED, Array::new()),
        };
        let message = js::object(&[("ask", ask.into()), ("bytes", bytes)]);
        js::call(&self.handle, "postMessage", &[message, moved.into()]).ok()?;
        loop {
            let heard = said.next().await??;
            if is_last(&heard.0) {
                return Some(heard);
            }
        }
    }

    /// Ends the worker; whoever waits for an answer is told.
    pub fn end(&self) {
        drop(js::call(&self.handle, "terminate", &[]));
        drop(self.end.unbounded_send(None));
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}
