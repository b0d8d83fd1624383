//! A question before something is taken away.

use leptos::{prelude::*, text_prop::TextProp};

use super::{
    button::{Button, Tone},
    dialog::Dialog,
    language::text,
};
use crate::i18n::t;

/// Asks, and runs `on_yes` after a yes. The answer that changes nothing stands first.
#[component]
pub fn Confirm(
    open: RwSignal<bool>,
    #[prop(into)] title: TextProp,
    #[prop(into)] question: TextProp,
    #[prop(into)] yes: TextProp,
    #[prop(default = Tone::Danger)] tone: Tone,
    #[prop(into)] on_yes: Callback<()>,
) -> impl IntoView {
    let agree = Callback::new(move |()| {
        open.set(false);
        on_yes.run(());
    });
    let refuse = Callback::new(move |()| open.set(false));
    view! {
        <Dialog open title testid="confirm">
            <p>{
                let question = question.clone();
                move || question.get()
            }</p>
            <div class="button-row end">
                <Button label=text(t::common::cancel) testid="confirm-no" on_press=refuse/>
                <Button label=yes.clone() testid="confirm-yes" tone on_press=agree/>
            </div>
        </Dialog>
    }
}
