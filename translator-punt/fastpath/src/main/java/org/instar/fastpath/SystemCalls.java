// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * The C library calls of packet I/O. As the kernel itself does, each answers a negative errno for a failure, so a call
 * needs no second look for its reason. No call allocates.
 *
 * <p>NOT thread safe: an instance holds the buffer errno is captured into.
 */
final class SystemCalls {
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = CAPTURE.byteOffset(PathElement.groupElement("errno"));
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

    private static final MethodHandle SOCKET = call("socket", intOf(JAVA_INT, JAVA_INT, JAVA_INT), ERRNO);
    private static final MethodHandle CLOSE = call("close", intOf(JAVA_INT), ERRNO);
    private static final MethodHandle IOCTL =
            call("ioctl", intOf(JAVA_INT, JAVA_LONG, ADDRESS), ERRNO, Linker.Option.firstVariadicArg(2));
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", intOf(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT), ERRNO);
    private static final MethodHandle GETSOCKOPT =
            call("getsockopt", intOf(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS), ERRNO);
    private static final MethodHandle BIND = call("bind", intOf(JAVA_INT, ADDRESS, JAVA_INT), ERRNO);
    private static final MethodHandle GETSOCKNAME = call("getsockname", intOf(JAVA_INT, ADDRESS, ADDRESS), ERRNO);
    private static final MethodHandle RECVMMSG =
            call("recvmmsg", intOf(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS), ERRNO);
    private static final MethodHandle SENDMMSG = call("sendmmsg", intOf(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), ERRNO);
    private static final MethodHandle PPOLL = call("ppoll", intOf(ADDRESS, JAVA_LONG, ADDRESS, ADDRESS), ERRNO);
    private static final MethodHandle EVENTFD = call("eventfd", intOf(JAVA_INT, JAVA_INT), ERRNO);
    private static final MethodHandle READ =
            call("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG), ERRNO);
    private static final MethodHandle WRITE =
            call("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG), ERRNO);

    private final MemorySegment capture = Arena.ofAuto().allocate(CAPTURE);

    private static FunctionDescriptor intOf(MemoryLayout... arguments) {
        return FunctionDescriptor.of(JAVA_INT, arguments);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle call(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
    }

    int socket(int family, int type, int protocol) {
        try {
            return result((int) SOCKET.invokeExact(capture, family, type, protocol));
        } catch (Throwable failure) {
            throw linkage(failure);
        }
    }

    int close(int fd) {
        try {
            return result((int) CLOSE.invokeExact(capture, fd));
        } catch (Throwable failure) {
            throw linkage(failure);
        }
    }

    int ioctl(int fd, long request, MemorySegment argument) {
        try {
            return result((int) IOCTL.invokeExact(capture, fd, request, argument));
        } catch (Throwable failure) {
            throw linkage(failure);
        }
    }

    int setSocketOption(int fd, int level, int option, MemorySegment value) {
        try {
            return result((int) SETSOCKOPT.invokeExact(capture, fd, level, option, value, (int) value.byteSize()));
        } catch (Throwable failure) {
            throw linkage(failure);
        }
    }

    int getSocketOption(int fd, int level, int option, MemorySegment value, MemorySegment length) {
        try {
            return result((int) GETSOCKOPT.invokeExact(capture, fd, level, option, value, length));
        } catch (Throwable failure) {
            throw linkage(failure);
        }
    }

    int bind(int fd, MemorySegment address) {
        try {
            return result((int) BIND.invokeExact(capture, fd, address, (int) address.byteSize()));
        } catch (Throwable failure) {
            throw linkage(failure);
        }
    }

    int getSocketName(int fd, MemorySegment address, MemorySegment length) {
        try {
            return result((int) GETSOCKNAME.invokeExact(capture, fd, address, length));
        } catch (Throwable failure) {
            throw linkage(failure);
        }
    }

    int receiveMessages(int fd, MemorySegment headers, int count, int flags) {
        try {
            return result((int) RECVMMSG.invokeExact(capture, fd, headers, count, flags, MemorySegment.NULL));
        } catch (Throwable failure) {
            throw linkage(failure);
        }
    }

    int sendMessages(int fd, MemorySegment headers, int count, int flags) {
        try {
            return result((int) SENDMMSG.invokeExact(capture, fd, headers, count, flags));
        } catch (Throwable failure) {
            throw linkage(failure);
        }
    }

    int poll(MemorySegment descriptors, int count, MemorySegment timespec) {
        try {
            return result((int) PPOLL.invokeExact(capture, descriptors, (long) count, timespec, MemorySegment.NULL));
        } catch (Throwable failure) {
            throw linkage(failure);
        }
    }

    int eventDescriptor(int initial, int flags) {
        try {
            return result((int) EVENTFD.invokeExact(capture, initial, flags));
        } catch (Throwable failure) {
            throw linkage(failure);
        }
    }

    int read(int fd, MemorySegment target) {
        try {
            return result((int) (long) READ.invokeExact(capture, fd, target, target.byteSize()));
        } catch (Throwable failure) {
            throw linkage(failure);
        }
    }

    int write(int fd, MemorySegment source) {
        try {
            return result((int) (long) WRITE.invokeExact(capture, fd, source, source.byteSize()));
        } catch (Throwable failure) {
            throw linkage(failure);
        }
    }

    private int result(int returned) {
        return returned >= 0 ? returned : -capture.get(JAVA_INT, ERRNO_OFFSET);
    }

    private static AssertionError linkage(Throwable failure) {
        return new AssertionError("a C library call could not be made", failure);
    }
}
