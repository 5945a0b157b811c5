/** One after the other, at most `most` waiting. A turn that fails does not stop the next. */
export type Turns = <T>(act: () => Promise<T>) => Promise<T>;

export function makeTurns(most: number, tooMany: () => Error): Turns {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return async (act) => {
    if (waiting >= most) throw tooMany();
    waiting += 1;
    const turn = last.then(act).finally(() => {
      waiting -= 1;
    });
    last = turn.catch(() => {}); // its failure belongs to whoever asked for it
    return turn;
  };
}
