//! «Head is n»: a wake-up from the server, no more.

use uuid::Uuid;
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::EventSource;

/// An open stream of events; dropping it closes it.
pub(super) struct Events {
    source: EventSource,
    _listener: Closure<dyn FnMut()>,
}

impl Events {
    /// Opens the stream; `heard` runs at each event.
    pub(super) fn open(client: Uuid, heard: impl FnMut() + 'static) -> Option<Self> {
        let source = EventSource::new(&format!("/api/v1/events?client={client}")).ok()?;
        let listener = Closure::<dyn FnMut()>::new(heard);
        source.add_event_listener_with_callback("head", listener.as_ref().unchecked_ref()).ok()?;
        Some(Self { source, _listener: listener })
    }

    /// Says whether the browser has given the stream up; a cut one it opens again by itself.
    pub(super) fn closed(&self) -> bool {
        self.source.ready_state() == EventSource::CLOSED
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.source.close();
    }
}
