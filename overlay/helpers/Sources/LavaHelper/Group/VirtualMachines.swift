// SPDX-License-Identifier: Apache-2.0

import BoardText

/// `lava-start-vms` and `lava-wait-for-vms`: a host tells the virtual machines of its group to start, and waits until
/// all are done.
enum VirtualMachines {
  static func start(_ invocation: Invocation) -> Int32 {
    let known = Environment.value("_LAVA_VM_GROUP_HOST_IP")
    var address = Bytes("host_ip=")
    address.append(known.isEmpty ? Board.settings().value("vm_group_host_ip") : known)
    return Multinode.call(.send, [Bytes("lava_vm_start"), address], invocation)
  }

  static func wait(_ invocation: Invocation) -> Int32 {
    let done = [Bytes("lava_vm_stop")]
    _ = Multinode.call(.send, done, invocation)
    return Multinode.call(.waitAll, done, invocation)
  }
}
