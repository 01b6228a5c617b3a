/**
 * Where things stand in the kernel's shared memory. Read by the AssemblyScript module and by TypeScript alike, so only
 * what both languages share: constants. Byte offsets from the start of memory; every field is 4 bytes wide.
 */

// Sizes.
export const F_NODES = 64;
export const F_LEAVES = 68;
export const F_DEPTH = 72;
export const F_TASK_LEVEL = 76;

// Addresses of arrays. "Now" is what a step reads, "next" what it writes; they are swapped after every step.
export const F_POSITIONS_NOW = 96;
export const F_POSITIONS_NEXT = 100;
export const F_POINTS_NOW = 104;
export const F_POINTS_NEXT = 108;
export const F_MEMORY = 112;
export const F_ORDER = 116;
export const F_CELLS_NOW = 120;
export const F_LEVELS = 124;
export const F_OFFSETS = 128;
export const F_NEIGHBOURS = 132;
export const F_STIFFNESS = 136;
export const F_FLAGS = 140;
export const F_MASSES = 144;
export const F_GROUPS = 148;
export const F_GROUP_MEANS = 152;
export const F_RADII = 156;
export const F_SLOT_RADII = 160;
/** Flags in slot order. */
export const F_SLOT_FLAGS = 212;
/** Of each leaf: its expansion and its near leaves, as they were when it last looked around. */
export const F_KEPT_EXPANSIONS = 216;
export const F_KEPT_LISTS = 220;
/** Of each task: 1 when all of its lists had room. */
export const F_KEPT_WHOLE = 300;
export const F_KEYS = 164;
export const F_KEYS_SPARE = 168;
export const F_ORDER_SPARE = 172;
export const F_COUNTS = 176;
export const F_HILBERT = 180;
export const F_PARTIALS = 184;
export const F_SCRATCH = 188;
export const F_SCRATCH_BYTES = 192;
export const F_CELLS_NEXT = 196;

// Strengths and limits of the step.
export const F_REPULSION = 224;
/** 1 / range^2. */
export const F_FAR = 228;
export const F_SPRING = 232;
export const F_GRAVITY = 236;
export const F_LOOSE_GRAVITY = 240;
export const F_CENTRE_X = 244;
export const F_CENTRE_Y = 248;
export const F_CENTRE_Z = 252;
export const F_LIMIT = 256;
export const F_CLUSTER = 260;
export const F_COLLISION = 264;
/** Twice the greatest radius; 0 without collision. */
export const F_COLLISION_REACH = 268;
/** Bits, see MODE_. */
export const F_MODE = 272;
export const F_GRID_X = 276;
export const F_GRID_Y = 280;
export const F_GRID_Z = 284;
export const F_GRID_SCALE = 288;
/** 1, and the softening of the repulsion: as constants in the code they would be built anew at every use. */
export const F_ONE = 292;
export const F_SOFTENING = 296;

/** Nothing moves along z. */
export const MODE_FLAT = 1;
/** The multilevel start: attraction grows with the square of the length, every node moves exactly `limit`. */
export const MODE_START = 2;
/** Writes forces into "positions next" instead of moving. */
export const MODE_FORCES = 4;
/** The far field is that of an earlier step. */
export const MODE_KEPT = 8;

/** Square of theta per level, f32 each. */
export const F_THETA = 512;
/** Least gap between boxes per level, layout units, f32 each; negative where none is asked for. */
export const F_GAP = 608;
export const MAX_LEVELS = 24;

// Synchronisation, in i32 units for Atomics, each on a cache line of its own.
/** Generation of the phase in the upper 16 bits, next task in the lower ones: a thread that wakes up late takes nothing. */
export const A_NEXT_TASK = 192;
/** Tasks of the phase that are done. */
export const A_DONE = 208;
/** Counts phases, 1 to 32767. */
export const A_GENERATION = 224;
export const A_PHASE = 240;
export const A_TASKS = 241;
/** Not 0: helper threads shall end. */
export const A_QUIT = 242;
/** Threads that shall take tasks: those with a number below this. */
export const A_ACTIVE = 243;

/** First byte behind the header. */
export const HEADER_BYTES = 1024;

export const PHASE_KEYS = 0;
export const PHASE_FIT = 1;
export const PHASE_PULL = 2;
export const PHASE_STEP = 3;
export const PHASE_SORT = 4;

/** Nodes per task of {@link PHASE_KEYS}. */
export const KEYS_PER_TASK = 8192;

/** Parts of the order, by the highest digit of the keys, per task of {@link PHASE_SORT}, and how many tasks that makes. */
export const PARTS_PER_TASK = 16;
export const SORT_TASKS = 64;

/** Slices of four nodes per task of {@link PHASE_PULL}. */
export const SLICES_PER_TASK = 256;

/** f64 numbers per task: sums of x, y, z, x^2, y^2, z^2 over nodes that are not loose, distance moved, work. */
export const PARTIAL = 8;

export const LEAF = 8;
export const FAN_OUT = 4;
/** Bytes of a leaf's points: x, y, z, mass of 8 nodes, one after the other. */
export const LEAF_BYTES = 128;
/** Bytes of four sibling cells: x, y, z, mass, radius, and corners of the box around (low x, y, z, high x, y, z) of each. */
export const QUAD_BYTES = 176;
/** Longest list of unaccepted cells a level; what is beyond acts from its centre. */
export const LIST_LIMIT = 1024;
/** Bytes of an expansion: field and Jacobian (xx, xy, xz, yy, yz, zz), and what rounds it up. */
export const EXPANSION_BYTES = 48;
/** Near leaves that are kept of a leaf on the mean, their number included. */
export const KEPT_PER_LEAF = 32;

export const FLAG_LOOSE = 1;
export const FLAG_PINNED = 2;
