//! Makes a failing run small.

use crate::act::{Act, Weather};

/// The smallest part of `acts` found for which `fails` still holds. Parts are left out, halves first,
/// then single acts, then what single acts are made of.
pub fn shrunk(acts: &[Act], mut fails: impl FnMut(&[Act]) -> bool) -> Vec<Act> {
    let mut kept = acts.to_vec();
    let mut size = kept.len().div_ceil(2).max(1);
    loop {
        let before = kept.len();
        let mut at = 0;
        while at < kept.len() {
            let end = (at + size).min(kept.len());
            let fewer: Vec<Act> = kept
                .iter()
                .enumerate()
                .filter(|(index, _)| !(at..end).contains(index))
                .map(|(_, act)| act.clone())
                .collect();
            if fails(&fewer) {
                kept = fewer;
            } else {
                at = end;
            }
        }
        if size == 1 && kept.len() == before {
            break;
        }
        if size > 1 {
            size = size.div_ceil(2);
        }
    }
    for at in 0..kept.len() {
        for simpler in simpler(kept.get(at)) {
            let mut candidate = kept.clone();
            if let Some(act) = candidate.get_mut(at) {
                *act = simpler;
            }
            if fails(&candidate) {
                kept = candidate;
            }
        }
    }
    kept
}

/// The same act with less in it.
fn simpler(act: Option<&Act>) -> Vec<Act> {
    if let Some(Act::Live {
        install, seconds, ..
    }) = act
    {
        return vec![Act::Live {
            install: *install,
            seconds: *seconds,
            weather: Weather::default(),
        }];
    }
    let Some(Act::Sync {
        desk,
        weather,
        meanwhile,
        kill,
    }) = act
    else {
        return Vec::new();
    };
    let calm = Weather::default();
    let mut found = Vec::new();
    // From the nearest to the simplest: what is tried later is taken over what was tried before.
    for (weather, meanwhile, kill) in [
        (weather, meanwhile, &None),
        (weather, &None, kill),
        (&calm, meanwhile, kill),
        (&calm, meanwhile, &None),
        (&calm, &None, kill),
        (weather, &None, &None),
        (&calm, &None, &None),
    ] {
        found.push(Act::Sync {
            desk: *desk,
            weather: weather.clone(),
            meanwhile: meanwhile.clone(),
            kill: kill.clone(),
        });
    }
    found
}
