/** Our own probe for other servers says so, by either family, and must not use up an address of ours. */
export const PROBE_CLASS = "rackhand-probe";
