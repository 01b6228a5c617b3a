/** Short names for reading the header. */

export function word(field: i32): usize {
  return <usize>load<u32>(field);
}

export function real(field: i32): f32 {
  return load<f32>(field);
}

/** Index of a level's first quad. */
export function firstQuad(levels: usize, level: i32): i32 {
  return load<i32>(levels + ((<usize>level) << 2));
}
