/** The added arcs of one node, in the order in which they came. */

/** An arc from the node that the set belongs to. */
export interface AddedArc {
  readonly target: number;
  /** A whole number below 65,536. */
  readonly kind: number;
  /** Kind of the arc that leads back. */
  readonly inverse: number;
}

/** Up to so many arcs, looking through a list is quicker than a map, and takes a tenth of its memory. */
const MAX_LIST = 16;

/** A set of arcs by target and kind: a list while it is short, a map for a hub. Each step is O(1). */
export class ArcSet {
  #list: AddedArc[] = [];
  #map: Map<number, AddedArc> | null = null;

  get size(): number {
    return this.#map?.size ?? this.#list.length;
  }

  /** @returns false when there is such an arc already */
  add(arc: AddedArc): boolean {
    if (this.#map) {
      const key = keyOf(arc.target, arc.kind);
      if (this.#map.has(key)) return false;
      this.#map.set(key, arc);
      return true;
    }
    if (this.#placeOf(arc.target, arc.kind) >= 0) return false;
    this.#list.push(arc);
    if (this.#list.length > MAX_LIST) {
      this.#map = new Map(this.#list.map((one) => [keyOf(one.target, one.kind), one]));
      this.#list = [];
    }
    return true;
  }

  /** @returns false when there is no such arc */
  delete(target: number, kind: number): boolean {
    if (this.#map) return this.#map.delete(keyOf(target, kind));
    const place = this.#placeOf(target, kind);
    if (place >= 0) this.#list.splice(place, 1);
    return place >= 0;
  }

  forEach(visit: (arc: AddedArc) => void): void {
    if (this.#map) for (const arc of this.#map.values()) visit(arc);
    else for (const arc of this.#list) visit(arc);
  }

  #placeOf(target: number, kind: number): number {
    return this.#list.findIndex((arc) => arc.target === target && arc.kind === kind);
  }
}

/** Exact: a target takes 26 bits and a kind 16, of the 53 that a double holds. */
const keyOf = (target: number, kind: number): number => target * 65_536 + kind;
