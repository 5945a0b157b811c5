/** `numbers`: the makers', as `ipmitool mc info` tells them (IANA's enterprise numbers). */
type Login = {
  readonly maker: string;
  readonly numbers: readonly number[];
  readonly user: string;
  readonly password: string;
};

/** What BMCs are delivered with, from the vendors' manuals; of those with one number the likelier is first. */
export const DEFAULT_LOGINS: readonly Login[] = [
  { maker: "Supermicro", numbers: [10876, 47488], user: "ADMIN", password: "ADMIN" },
  { maker: "Dell iDRAC", numbers: [674], user: "root", password: "calvin" },
  { maker: "ASUS, Gigabyte, AMI", numbers: [2623, 15370, 20974], user: "admin", password: "admin" },
  { maker: "Gigabyte, newer", numbers: [15370], user: "admin", password: "password" },
  { maker: "IBM, Lenovo IMM", numbers: [2, 19046, 20301], user: "USERID", password: "PASSW0RD" }, // with a zero
  { maker: "OpenBMC", numbers: [49871], user: "root", password: "0penBmc" }, // with a zero
  { maker: "Intel", numbers: [343], user: "root", password: "superuser" },
  { maker: "Huawei iBMC", numbers: [2011], user: "root", password: "Huawei12#$" },
  { maker: "Huawei iBMC, newer", numbers: [2011], user: "Administrator", password: "Admin@9000" },
  { maker: "Fujitsu iRMC", numbers: [10368], user: "admin", password: "admin" },
  { maker: "Oracle ILOM", numbers: [42], user: "root", password: "changeme" },
  { maker: "Cisco CIMC", numbers: [5771], user: "admin", password: "password" },
  { maker: "ASRock Rack", numbers: [49622], user: "admin", password: "admin" },
  { maker: "Quanta, Wiwynn", numbers: [7244, 40092], user: "admin", password: "cmb9.admin" },
];
