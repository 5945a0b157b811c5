/** RFC 8415 7.1 and 7.2 */
export const [SERVER_PORT6, CLIENT_PORT6] = [547, 546];
export const GROUPS6 = ["ff02::1:2", "ff05::1:3"] as const;
