//! The store as the processes of a simulation see it: each call waits until it
//! is its turn, and may fail.

use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use licentia::store::{Change, CommitError, Item, Key, Memory, Page, Query, Store, Unavailable};
use tokio::sync::oneshot;

/// Kinds of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Get,
    Query,
    Commit,
    Discard,
}

/// What may come over a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Another one was in the way.
    Conflict,
    /// The store is too busy.
    Throttled,
    /// The store cannot be reached.
    Unreachable,
    /// The answer got lost, and so had the request.
    TimeoutBefore,
    /// The answer got lost.
    TimeoutAfter,
    /// The request was still on its way when nobody waited for its answer.
    TimeoutDuring,
    /// The process ends before the call,
    CrashBefore,
    /// after it,
    CrashAfter,
    /// or while it is on its way.
    CrashDuring,
}

impl Fault {
    /// Those that may come over a call of this kind.
    pub(super) const fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Get | Kind::Query => &[
                Self::Throttled,
                Self::Unreachable,
                Self::TimeoutBefore,
                Self::CrashBefore,
                Self::CrashAfter,
            ],
            Kind::Commit => &[
                Self::Conflict,
                Self::Throttled,
                Self::Unreachable,
                Self::TimeoutBefore,
                Self::TimeoutAfter,
                Self::TimeoutDuring,
                Self::CrashBefore,
                Self::CrashAfter,
                Self::CrashDuring,
            ],
            Kind::Discard => &[
                Self::Throttled,
                Self::Unreachable,
                Self::TimeoutBefore,
                Self::TimeoutAfter,
                Self::CrashBefore,
                Self::CrashAfter,
            ],
        }
    }

    const fn is_crash(self) -> bool {
        matches!(self, Self::CrashBefore | Self::CrashAfter | Self::CrashDuring)
    }
}

/// How a call goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    pub(super) fault: Option<Fault>,
    /// Chance: where a read is torn, how far the index lags behind.
    pub(super) chance: usize,
}

/// A call that waits for its turn.
pub(super) struct Waiting {
    pub(super) call: usize,
    pub(super) process: usize,
    pub(super) kind: Kind,
    /// Of which items.
    pub(super) sorts: Vec<String>,
    pub(super) turn: oneshot::Sender<Turn>,
}

/// What all processes share.
pub(super) struct Stage {
    memory: Memory,
    charges_for_transactions: bool,
    state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    /// The call that is being carried out.
    pub(super) call: usize,
    pub(super) waiting: Vec<Waiting>,
    /// Commits under way that nobody waits for, and the calls they belong to.
    pub(super) late: Vec<(usize, Change)>,
    /// Whether the index lags behind no more.
    is_prompt: bool,
    /// Whether that call has changed anything since this was unset.
    pub(super) has_changed: bool,
    /// Whether the process that carries it out has ended.
    pub(super) has_crashed: bool,
}

impl Stage {
    /// A stage that begins with these items.
    pub(super) fn new(items: &Memory, charges_for_transactions: bool) -> Self {
        Self { memory: items.lagging(), charges_for_transactions, state: Mutex::default() }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Time passes: nothing lags behind for minutes. Who is on its way for so
    /// long may take what has expired already, which the index then knows.
    pub(super) fn catch_up(&self) {
        self.memory.catch_up(0);
        self.state().is_prompt = true;
    }

    /// A round begins.
    pub(super) fn lag(&self) {
        self.state().is_prompt = false;
    }

    /// A commit that was under way arrives; whether it changes anything.
    pub(super) async fn arrive(&self, change: &Change) -> bool {
        self.memory.commit(change).await.is_ok()
    }
}

/// The store, for one process.
pub(super) struct Line {
    pub(super) stage: Arc<Stage>,
    pub(super) process: usize,
}

impl Line {
    /// Waits for the turn of a call. Who ended does not go on.
    async fn turn(&self, kind: Kind, sorts: Vec<String>) -> Turn {
        let (turn, told) = oneshot::channel();
        let call = {
            let mut state = self.stage.state();
            let call = state.call;
            state.waiting.push(Waiting { call, process: self.process, kind, sorts, turn });
            call
        };
        match told.await {
            Ok(Turn { fault: Some(Fault::CrashBefore), .. }) => self.crash().await,
            Ok(told) => {
                self.stage.state().call = call;
                told
            }
            Err(_) => std::future::pending().await,
        }
    }

    async fn crash<T>(&self) -> T {
        self.stage.state().has_crashed = true;
        std::future::pending().await
    }

    /// A read that may fail; nothing is read where it does.
    async fn read(&self, kind: Kind, sorts: Vec<String>) -> Result<usize, Unavailable> {
        match self.turn(kind, sorts).await {
            Turn { fault: None, chance } => Ok(chance),
            Turn { fault: Some(fault), .. } if fault.is_crash() => self.crash().await,
            Turn { fault: Some(fault), .. } => Err(Unavailable(format!("{fault:?}"))),
        }
    }

    /// A change that may fail, before or after it is carried out.
    async fn change<T: Send>(
        &self,
        turn: Turn,
        carry_out: impl Future<Output = Result<T, CommitError>> + Send,
    ) -> Result<T, CommitError> {
        let carry_out = async {
            let outcome = carry_out.await;
            self.stage.state().has_changed |= outcome.is_ok();
            outcome
        };
        let Some(fault) = turn.fault else { return carry_out.await };
        let why = Unavailable(format!("{fault:?}"));
        match fault {
            Fault::Conflict | Fault::Throttled => Err(CommitError::Busy),
            Fault::Unreachable => Err(CommitError::Unavailable(why)),
            Fault::TimeoutBefore | Fault::TimeoutDuring => Err(CommitError::Unknown(why)),
            Fault::TimeoutAfter => {
                drop(carry_out.await);
                Err(CommitError::Unknown(why))
            }
            Fault::CrashBefore | Fault::CrashDuring => self.crash().await,
            Fault::CrashAfter => {
                drop(carry_out.await);
                self.crash().await
            }
        }
    }
}

/// What an item is, without the names that chance has a part in.
fn sort(key: &Key) -> String {
    key.sort.split(['#', '-']).next().unwrap_or_default().to_owned()
}

#[async_trait]
impl Store for Line {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        let sorts = |keys: &[Key]| keys.iter().map(sort).collect();
        let chance = self.read(Kind::Get, sorts(keys)).await?;
        // A read of several is not of one moment.
        let (first, rest) = keys.split_at(chance.checked_rem(keys.len()).unwrap_or_default());
        let mut items = self.stage.memory.get(first).await?;
        if !first.is_empty() {
            self.read(Kind::Get, sorts(rest)).await?;
        }
        items.extend(self.stage.memory.get(rest).await?);
        Ok(items)
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        let chance = self.read(Kind::Query, vec![]).await?;
        if query.through_index {
            let but = if self.stage.state().is_prompt { 0 } else { chance % 4 };
            self.stage.memory.catch_up(but);
        }
        self.stage.memory.query(query).await
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        let turn = self.turn(Kind::Commit, change.0.iter().map(|write| sort(write.key())).collect()).await;
        if let Some(Fault::TimeoutDuring | Fault::CrashDuring) = turn.fault {
            let mut state = self.stage.state();
            let call = state.call;
            state.late.push((call, change.clone()));
        }
        self.change(turn, self.stage.memory.commit(change)).await
    }

    fn charges_for_transactions(&self) -> bool {
        self.stage.charges_for_transactions
    }

    async fn discard(&self, now: u64) -> Result<usize, CommitError> {
        let turn = self.turn(Kind::Discard, vec![]).await;
        self.change(turn, self.stage.memory.discard(now)).await
    }
}
