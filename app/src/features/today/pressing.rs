//! What the day presses for while the app is open: the count in the navigation and on the badge, and what rings.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use crate::{
    data::{Data, agenda::Pressing, moment, use_data},
    platform::{
        notify,
        time::{Bell, idle, sleep, spawn},
        zone,
    },
};

/// Changes come in bursts; they are looked at together. ms.
const CALM_MS: i64 = 500;

/// How many next actions are due today or late.
#[derive(Clone, Copy)]
pub struct PressingCount(pub RwSignal<u64>);

/// Watches the day for as long as the frame is drawn, and puts the count into its context.
pub fn watch() {
    let data = use_data();
    let count = RwSignal::new(0);
    provide_context(PressingCount(count));
    let navigate = use_navigate();
    notify::on_tap(move |path| navigate(&path, Default::default()));
    let bell = StoredValue::new_local(Bell::default());
    Effect::new(move || {
        data.version.track();
        bell.with_value(Bell::ring);
    });
    spawn(async move {
        let mut told = data.now();
        while let Some(bell) = bell.try_get_value() {
            idle().await;
            let pressing = data.pressing();
            if count.try_set(pressing.count).is_some() {
                return; // the frame is gone
            }
            notify::badge(pressing.count);
            let now = data.now();
            ring(data, &pressing, told, now).await;
            told = now;
            bell.sleep(Some(next(data, &pressing, now) - now)).await;
            sleep(CALM_MS).await;
        }
    });
}

/// Tells of what became due after one instant and until another; ms UTC.
async fn ring(data: Data, pressing: &Pressing, after: i64, until: i64) {
    for ring in pressing.rings.iter().filter(|ring| after < ring.at && ring.at <= until) {
        let customer = data.customer_short(ring.customer.into());
        let body = format!("{} {}", ring.time, ring.what);
        notify::show(&customer, &body, &ring.action.to_string(), &format!("/customers/{}", ring.customer)).await;
    }
}

/// Returns when there is something to do even if nothing changes: the next ring, or the next day; ms UTC.
fn next(data: Data, pressing: &Pressing, now: i64) -> i64 {
    let tomorrow = moment::after(data.today(), 1).and_time(chrono::NaiveTime::MIN);
    let rings = pressing.rings.iter().map(|ring| ring.at).filter(|at| *at > now);
    rings.chain([zone::instant_of(tomorrow)]).min().unwrap_or(now)
}
