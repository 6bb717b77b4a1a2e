use super::*;

const LONG: Duration = Duration::from_hours(1);

async fn slot(budget: &Budget, priority: Priority) -> Slot {
    budget.acquire(priority, "/v1/pages", LONG).await.unwrap()
}

async fn take(budget: &Budget) {
    drop(slot(budget, Priority::Capture).await);
}

/// Waits in line until it is served, and then says so.
fn queue(budget: &Budget, priority: Priority) -> tokio::task::JoinHandle<Instant> {
    let budget = budget.clone();
    tokio::spawn(async move {
        drop(slot(&budget, priority).await);
        Instant::now()
    })
}

/// Seconds in which `count` requests of one priority, all wanted at once, are sent.
async fn seconds_for(count: usize, priority: Priority) -> (f64, Vec<Duration>) {
    let budget = Budget::new(180, Duration::from_mins(1));
    let begun = Instant::now();
    let waiting: Vec<_> = (0..count).map(|_| queue(&budget, priority)).collect();
    let mut sent = Vec::new();
    for one in waiting {
        sent.push(one.await.unwrap() - begun);
    }
    sent.sort_unstable();
    (begun.elapsed().as_secs_f64(), sent)
}

#[tokio::test(start_paused = true)]
async fn no_window_holds_more_than_the_limit() {
    for priority in [
        Priority::Capture,
        Priority::Interactive,
        Priority::Background,
    ] {
        let (_, sent) = seconds_for(1000, priority).await;
        let minute = Duration::from_mins(1);
        assert!(
            sent.iter()
                .zip(sent.iter().skip(180))
                .all(|(a, b)| *b >= *a + minute),
            "{priority:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn hardly_anything_of_the_window_is_lost() {
    // Of 1,000 requests, the last hundred need five full windows to have passed; of 3,600, the
    // last 180 need nineteen.
    for (count, ideal) in [(1000, 300.0), (3600, 1140.0)] {
        for priority in [
            Priority::Capture,
            Priority::Interactive,
            Priority::Background,
        ] {
            let (seconds, _) = seconds_for(count, priority).await;
            assert!(seconds <= ideal / 0.95, "{count} {priority:?}: {seconds} s");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_slot_counts_from_its_answer_but_not_much_later() {
    let budget = Budget::new(1, Duration::from_secs(10));
    let first = slot(&budget, Priority::Capture).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    drop(first);
    let begun = Instant::now();
    let second = slot(&budget, Priority::Capture).await;
    assert_eq!(begun.elapsed().as_secs(), 10);
    tokio::time::sleep(Duration::from_secs(8)).await;
    drop(second);
    let begun = Instant::now();
    take(&budget).await;
    assert_eq!(begun.elapsed().as_secs(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_background_leaves_room() {
    let budget = Budget::new(180, Duration::from_mins(1));
    let background: Vec<_> = (0..400)
        .map(|_| queue(&budget, Priority::Background))
        .collect();
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(budget.used(), 131);
    // A burst of somebody who waits goes at once, in the midst of a long job.
    let begun = Instant::now();
    for _ in 0..40 {
        drop(slot(&budget, Priority::Interactive).await);
    }
    assert_eq!(begun.elapsed(), Duration::ZERO);
    // And also when the job has been going on for long.
    tokio::time::sleep(Duration::from_secs(90)).await;
    let begun = Instant::now();
    drop(slot(&budget, Priority::Capture).await);
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
    for one in background {
        one.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn captures_overtake_in_the_line() {
    let budget = Budget::new(1, Duration::from_secs(10));
    take(&budget).await;
    let background = queue(&budget, Priority::Background);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let interactive = queue(&budget, Priority::Interactive);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let capture = queue(&budget, Priority::Capture);
    let (capture, interactive, background) = (
        capture.await.unwrap(),
        interactive.await.unwrap(),
        background.await.unwrap(),
    );
    assert!(capture < interactive && interactive < background);
}

#[tokio::test(start_paused = true)]
async fn what_waits_and_until_when_can_be_seen() {
    let budget = Budget::new(2, Duration::from_secs(10));
    take(&budget).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    take(&budget).await;
    let begun = Instant::now();
    let waiting: Vec<_> = (0..3).map(|_| queue(&budget, Priority::Capture)).collect();
    tokio::time::sleep(Duration::from_millis(1)).await;
    let status = budget.status();
    let until: Vec<u64> = status
        .waiting
        .iter()
        .map(|one| (one.until - begun).as_secs())
        .collect();
    assert_eq!((status.used, status.limit, until), (2, 2, vec![6, 10, 16]));
    assert!(status.waiting.iter().all(|one| one.route == "/v1/pages"));
    for (told, one) in status.waiting.iter().zip(waiting) {
        assert!(one.await.unwrap() >= told.until);
    }
    assert_eq!(budget.status().waiting, []);
    budget.pause_for(Duration::from_secs(5), RateLimitReason::Workspace);
    let (until, reason) = budget.status().paused.unwrap();
    assert_eq!(
        ((until - Instant::now()).as_secs(), reason),
        (5, RateLimitReason::Workspace)
    );
}

#[tokio::test(start_paused = true)]
async fn siblings_share_a_pause_but_no_window() {
    let budget = Budget::new(1, Duration::from_mins(1));
    let sibling = budget.sibling();
    assert!(budget.shares_pauses_with(&sibling));
    assert!(!budget.shares_pauses_with(&Budget::default()));
    take(&budget).await;
    let begun = Instant::now();
    take(&sibling).await;
    assert_eq!(begun.elapsed().as_secs(), 0);
    tokio::time::sleep(Duration::from_mins(1)).await;
    sibling.pause_for(Duration::from_secs(30), RateLimitReason::Workspace);
    sibling.pause_for(Duration::from_secs(3), RateLimitReason::Connection);
    let begun = Instant::now();
    take(&budget).await;
    assert_eq!(begun.elapsed().as_secs(), 30);
    assert_eq!(sibling.paused_until(), None);
}

#[tokio::test(start_paused = true)]
async fn a_long_pause_is_told_at_once_also_to_those_in_line() {
    let budget = Budget::new(1, Duration::from_mins(1));
    take(&budget).await;
    let minute = Duration::from_mins(1);
    let waiting = budget.clone();
    let first = tokio::spawn(async move {
        waiting
            .acquire(Priority::Interactive, "", minute)
            .await
            .map(drop)
    });
    tokio::task::yield_now().await;
    budget.pause_for(minute * 10, RateLimitReason::Workspace);
    let refused = budget
        .acquire(Priority::Interactive, "", minute)
        .await
        .map(drop)
        .unwrap_err();
    assert_eq!(
        (refused.remaining, refused.reason),
        (minute * 10, RateLimitReason::Workspace)
    );
    assert_eq!(first.await.unwrap().unwrap_err().remaining, minute * 10);
}

#[tokio::test(start_paused = true)]
async fn whoever_gives_up_leaves_the_line() {
    let budget = Budget::new(1, Duration::from_mins(1));
    take(&budget).await;
    let mut first = Box::pin(budget.acquire(Priority::Capture, "", LONG));
    tokio::time::timeout(Duration::from_secs(1), &mut first)
        .await
        .unwrap_err();
    let second = budget.acquire(Priority::Capture, "", LONG);
    drop(first);
    drop(second.await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_larger_plan_is_learned_and_a_smaller_one_not_forgotten() {
    for (plan, seconds) in [(600, 60), (180, 300)] {
        let budget = Budget::default();
        let begun = Instant::now();
        let mut sent: Vec<Instant> = Vec::new();
        let mut refused = 0;
        while sent.len() < 1000 {
            let slot = slot(&budget, Priority::Background).await;
            let id = slot.id();
            drop(slot);
            let now = Instant::now();
            let recent = sent.iter().filter(|at| now - **at < Duration::from_mins(1));
            if recent.count() < plan {
                sent.push(now);
                budget.learn(id, Verdict::Accepted);
            } else {
                refused += 1;
                budget.learn(id, Verdict::Full);
                budget.pause_for(Duration::from_secs(1), RateLimitReason::Connection);
            }
        }
        let took = begun.elapsed().as_secs_f64();
        assert!(took <= f64::from(seconds) / 0.95, "{plan}: {took} s");
        assert!(refused <= 1, "{plan}: {refused} refused");
        assert_eq!(budget.limit(), plan);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_never_sent_takes_no_place() {
    let budget = Budget::new(1, Duration::from_mins(1));
    let first = slot(&budget, Priority::Capture).await;
    let second = queue(&budget, Priority::Capture);
    while budget.status().waiting.is_empty() {
        tokio::task::yield_now().await;
    }
    let begun = Instant::now();
    first.give_back();
    // The one in line goes at once, and not when the window is over.
    assert_eq!(second.await.unwrap(), begun);
    assert_eq!(budget.used(), 1);
}
