//! Who waits for a place in the window, and who is next.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::time::Instant;

/// So often others go first before the longest waiting of a lower priority goes.
const PATIENCE: u32 = 9;

/// Who goes first when the window is nearly full.
///
/// Within a priority it is first come, first served. A lower one is never shut out: after every
/// ninth request that overtook it, one of its own goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Priority {
    /// What a person has just written down. May use the whole window.
    Capture,
    /// What a person waits for. Leaves the very last of the window to captures.
    #[default]
    Interactive,
    /// Nobody waits for it. Leaves a part of the window to others, which shrinks as the window
    /// nears its end: what nobody used then would be lost.
    Background,
}

impl Priority {
    const ALL: [Self; 3] = [Self::Capture, Self::Interactive, Self::Background];
}

/// A place in the line.
#[derive(Debug, Clone)]
pub(super) struct Ticket {
    pub(super) number: u64,
    pub(super) priority: Priority,
    pub(super) route: &'static str,
    pub(super) since: Instant,
    pub(super) wake: Arc<Notify>,
}

/// The line: one queue for each priority.
#[derive(Default)]
pub(super) struct Line {
    queues: [Queue; 3],
}

#[derive(Default)]
struct Queue {
    tickets: VecDeque<Ticket>,
    /// How many went first while the front of this queue waited.
    overtaken: u32,
}

impl Line {
    pub(super) fn join(&mut self, ticket: Ticket) {
        self.queue(ticket.priority).tickets.push_back(ticket);
    }

    /// Who is next, and with the rights of which priority.
    pub(super) fn next(&self) -> Option<(&Ticket, Priority)> {
        let waiting = || Priority::ALL.into_iter().zip(&self.queues);
        let patient = waiting()
            .rev()
            .find(|(_, queue)| queue.overtaken >= PATIENCE && !queue.tickets.is_empty());
        if let Some((priority, queue)) = patient {
            let rights = priority.min(Priority::Interactive);
            return queue.tickets.front().map(|ticket| (ticket, rights));
        }
        waiting().find_map(|(priority, queue)| Some((queue.tickets.front()?, priority)))
    }

    /// Takes out a ticket that got its place.
    pub(super) fn served(&mut self, ticket: &Ticket) {
        self.leave(ticket);
        self.queue(ticket.priority).overtaken = 0;
        for (priority, queue) in Priority::ALL.into_iter().zip(&mut self.queues) {
            if priority > ticket.priority && !queue.tickets.is_empty() {
                queue.overtaken += 1;
            }
        }
    }

    /// Takes out a ticket whose owner left.
    pub(super) fn leave(&mut self, ticket: &Ticket) {
        let queue = self.queue(ticket.priority);
        if let Some(place) = queue
            .tickets
            .iter()
            .position(|waiting| waiting.number == ticket.number)
        {
            queue.tickets.remove(place);
        }
        if queue.tickets.is_empty() {
            queue.overtaken = 0;
        }
    }

    /// Everybody, in the order of their priorities.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Ticket> {
        self.queues.iter().flat_map(|queue| &queue.tickets)
    }

    fn queue(&mut self, priority: Priority) -> &mut Queue {
        let [capture, interactive, background] = &mut self.queues;
        match priority {
            Priority::Capture => capture,
            Priority::Interactive => interactive,
            Priority::Background => background,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(priorities: &[Priority]) -> Line {
        let mut line = Line::default();
        for (number, priority) in priorities.iter().enumerate() {
            line.join(Ticket {
                number: number.try_into().unwrap(),
                priority: *priority,
                route: "",
                since: Instant::now(),
                wake: Arc::default(),
            });
        }
        line
    }

    fn served(line: &mut Line) -> Vec<Priority> {
        let mut order = Vec::new();
        while let Some(ticket) = line.next().map(|(ticket, _)| ticket.clone()) {
            line.served(&ticket);
            order.push(ticket.priority);
        }
        order
    }

    #[test]
    fn captures_go_first_and_the_background_last() {
        use Priority::{Background, Capture, Interactive};
        let mut line = line(&[Background, Interactive, Capture, Interactive]);
        assert_eq!(
            served(&mut line),
            [Capture, Interactive, Interactive, Background]
        );
    }

    #[test]
    fn nobody_waits_forever() {
        let mut line = line(
            &[
                [Priority::Background; 3].as_slice(),
                &[Priority::Capture; 40],
            ]
            .concat(),
        );
        let order = served(&mut line);
        let background: Vec<usize> = (0..order.len())
            .filter(|at| order.get(*at) == Some(&Priority::Background))
            .collect();
        assert_eq!(background, [9, 19, 29]);
    }

    #[test]
    fn whoever_leaves_is_gone() {
        let mut line = line(&[Priority::Capture; 3]);
        let second = line.iter().nth(1).unwrap().clone();
        line.leave(&second);
        line.leave(&second);
        assert_eq!(served(&mut line).len(), 2);
    }
}
