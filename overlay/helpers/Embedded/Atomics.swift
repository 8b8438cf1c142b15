// SPDX-License-Identifier: Apache-2.0
//
// ARM before version 6 has no atomic instructions, and the compiler calls these functions for the reference counts of
// Swift's runtime. A helper has one thread, so plain loads and stores will do. Only the armel build has this file.

@c(__atomic_load_4)
func atomicLoad(_ address: UnsafePointer<UInt32>, _ order: Int32) -> UInt32 { address.pointee }

@c(__atomic_store_4)
func atomicStore(_ address: UnsafeMutablePointer<UInt32>, _ value: UInt32, _ order: Int32) { address.pointee = value }

@c(__atomic_fetch_add_4)
func atomicFetchAdd(_ address: UnsafeMutablePointer<UInt32>, _ value: UInt32, _ order: Int32) -> UInt32 {
  let before = address.pointee
  address.pointee = before &+ value
  return before
}

@c(__atomic_fetch_sub_4)
func atomicFetchSub(_ address: UnsafeMutablePointer<UInt32>, _ value: UInt32, _ order: Int32) -> UInt32 {
  let before = address.pointee
  address.pointee = before &- value
  return before
}

@c(__atomic_compare_exchange_4)
func atomicCompareExchange(
  _ address: UnsafeMutablePointer<UInt32>,
  _ expected: UnsafeMutablePointer<UInt32>,
  _ desired: UInt32,
  _ success: Int32,
  _ failure: Int32
) -> Bool {
  let before = address.pointee
  if before == expected.pointee {
    address.pointee = desired
    return true
  }
  expected.pointee = before
  return false
}
