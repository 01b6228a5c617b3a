/** A queue on a circular array: O(1) at both ends, grows by doubling, and holds no array while it was never used. */
export class Ring<T> {
  // Plain fields: this is the hottest object of the package, and the most numerous.
  private slots: (T | undefined)[] | undefined = undefined;
  private head = 0;
  size = 0;

  push(item: T): void {
    let slots = this.slots;
    if (slots === undefined) slots = this.slots = [undefined, undefined, undefined, undefined];
    else if (this.size === slots.length) slots = this.grow(slots);
    slots[(this.head + this.size) & (slots.length - 1)] = item;
    this.size++;
  }

  /** The oldest item, taken out. The ring must not be empty. */
  shift(): T {
    const slots = this.slots as (T | undefined)[];
    const item = slots[this.head] as T;
    slots[this.head] = undefined; // or the item would live on until it is overwritten
    this.head = (this.head + 1) & (slots.length - 1);
    this.size--;
    return item;
  }

  /** The oldest item, left in. The ring must not be empty. */
  first(): T {
    return (this.slots as (T | undefined)[])[this.head] as T;
  }

  /** Puts an item before the oldest. */
  unshift(item: T): void {
    this.push(item);
    const slots = this.slots as (T | undefined)[];
    // The newest place, which was just taken, is free again; the one before the head may be the same.
    slots[(this.head + this.size - 1) & (slots.length - 1)] = undefined;
    this.head = (this.head - 1) & (slots.length - 1);
    slots[this.head] = item;
  }

  /** Takes out the item at `index` from the oldest and puts the oldest in its place. For random picks, where order is moot. */
  takeAt(index: number): T {
    const slots = this.slots as (T | undefined)[];
    const at = (this.head + index) & (slots.length - 1);
    const item = slots[at] as T;
    slots[at] = slots[this.head];
    this.shift();
    return item;
  }

  private grow(slots: (T | undefined)[]): (T | undefined)[] {
    const grown: (T | undefined)[] = [];
    for (let i = 0; i < this.size; i++) grown.push(slots[(this.head + i) & (slots.length - 1)]);
    for (let i = this.size; i < slots.length * 2; i++) grown.push(undefined);
    this.head = 0;
    this.slots = grown;
    return grown;
  }
}
