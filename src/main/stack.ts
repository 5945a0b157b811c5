/** What is open, in order; stopping goes in reverse, and one part's failure does not keep the others open. */
export class Stack {
  readonly #open: (() => void | Promise<void>)[] = [];

  add<T>(part: T, close: (part: T) => void | Promise<void>): T {
    this.#open.push(() => close(part));
    return part;
  }

  async stop(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.#open.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join("; "));
  }
}
